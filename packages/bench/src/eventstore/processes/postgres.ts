// PostgreSQL without an event store: the same rows, as directly as pg can.
import { randomUUID } from 'node:crypto';
import { migrateLog } from '@callboard/plugin-eventstore-node';
import knexFactory from 'knex';
import { Client, Pool } from 'pg';
import { load, type Load } from '../../harness/load';
import { serve } from '../../harness/serve';
import { newUserId, payload } from '../userEvents';

serve(async ({ connection }: { connection: string }) => {
  const knex = knexFactory({ client: 'pg', connection });
  await migrateLog(knex);
  await knex.destroy();
  const client = new Client(connection);
  await client.connect();
  let position = 0;
  let pool: Pool | undefined;
  return {
    /** Inserts rows of the log, many with each statement, for a while. */
    async insert(argument: { rows: number; milliseconds: number }) {
      const startedAt = performance.now();
      const end = startedAt + argument.milliseconds;
      let inserted = 0;
      while (performance.now() < end) {
        const first = position + 1;
        position += argument.rows;
        const count = Array.from(
          { length: argument.rows },
          (_, index) => first + index,
        );
        await client.query({
          name: 'insert',
          text: `
            insert into events (position, instance, aggregate_id, version, type,
              revision, event_id, actor, actor_key, context, recorded_at, payload)
            select p, 'bench', a, 1, 'bench.user.added', 1, e,
              '{"kind":"user","id":"bench.user/ann"}', 'user:bench.user/ann',
              '{"plugin":"bench"}', now(), d
            from unnest($1::bigint[], $2::text[], $3::uuid[], $4::json[])
              as t (p, a, e, d)`,
          values: [
            count,
            count.map(newUserId),
            count.map(() => randomUUID()),
            count.map(each => JSON.stringify(payload(each))),
          ],
        });
        inserted += argument.rows;
      }
      return (inserted * 1000) / (performance.now() - startedAt);
    },

    /**
     * Appends events one by one: a call of the log's own function each, which
     * takes the lock that keeps the order and holds it until the commit.
     */
    appendEach(argument: Load) {
      const connections = (pool ??= new Pool({
        connectionString: connection,
        max: argument.callers,
      }));
      return load(argument, each =>
        connections.query({
          name: 'append_event',
          text: 'select append_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
          values: [
            'bench',
            newUserId(),
            0,
            'bench.user.added',
            1,
            randomUUID(),
            '{"kind":"user","id":"bench.user/ann"}',
            'user:bench.user/ann',
            '{"plugin":"bench"}',
            null,
            JSON.stringify(payload(each)),
          ],
        }),
      );
    },

    /** Reads the whole log, as the driver gives it. */
    async readAll({ batchSize }: { batchSize: number }) {
      const startedAt = performance.now();
      let events = 0;
      let after = '0';
      for (;;) {
        const { rows } = await client.query({
          name: 'read',
          text: `
            select position, instance, aggregate_id, version, type, revision,
              event_id, actor, context, recorded_at, payload
            from events where position > $1 order by position limit $2`,
          values: [after, batchSize],
        });
        if (rows.length === 0) {
          return (events * 1000) / (performance.now() - startedAt);
        }
        events += rows.length;
        after = rows.at(-1).position;
      }
    },

    async close() {
      await pool?.end();
      await client.end();
    },
  };
});
