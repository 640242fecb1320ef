// Our own event store, as a node of its own.
import { EventStore } from '@callboard/plugin-eventstore-node';
import knexFactory from 'knex';
import { load, type Load } from '../../harness/load';
import { serve } from '../../harness/serve';
import { newUser, userEvents } from '../userEvents';

serve(async ({ connection }: { connection: string }) => {
  const knex = knexFactory({
    client: 'pg',
    connection,
    pool: { min: 0, max: 10 },
  });
  const store = await EventStore.start({ knex, seal: false });
  store.register(userEvents);
  return {
    append: (argument: Load) =>
      load(argument, count => store.log.append(newUser(count))),

    async readAll({ batchSize }: { batchSize: number }) {
      const startedAt = performance.now();
      let events = 0;
      for await (const batch of store.log.readAll({ batchSize })) {
        events += batch.events.length;
      }
      return (events * 1000) / (performance.now() - startedAt);
    },

    async close() {
      await store.stop();
      await knex.destroy();
    },
  };
});
