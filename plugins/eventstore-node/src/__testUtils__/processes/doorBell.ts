// A node whose reactor begins a job and never ends it.
import knexFactory from 'knex';
import { defineReactor } from '../../reactors/defineReactor';
import { doorOpened } from '../doorEvents';
import { createTestNode } from '../testSpoolers';
import { openStore, run, taskOf, tell } from './task';

export interface DoorBellTask {
  readonly connectionString: string;
  readonly leaseMs: number;
}

run(async () => {
  const { connectionString, leaseMs } = taskOf<DoorBellTask>();
  const { log } = await openStore(connectionString);
  const node = createTestNode({
    knex: knexFactory({ client: 'pg', connection: connectionString }),
    log,
    settings: { leaseMs },
  });
  await node.spoolers.addReactor(
    defineReactor({
      name: 'bell',
      events: [doorOpened],
      on: {
        'house.door.opened': event => ({ note: event.payload.note ?? '' }),
      },
      async run({ idempotencyKey }) {
        await tell({ kind: 'running', idempotencyKey });
        await new Promise(() => {});
      },
    }),
  );
  node.node.start();
  await node.spoolers.start();
  await tell({ kind: 'ready' });
  // Nobody is left to tell.
  await new Promise(() => process.once('disconnect', () => process.exit()));
});
