// A node that keeps the view of doors up to date.
import knexFactory from 'knex';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { doorOpened } from '../doorEvents';
import { doors } from '../doorViews';
import { startTestNode } from '../testSpoolers';
import { openStore, run, taskOf, tell } from './task';

export interface DoorSpoolerTask {
  readonly connectionString: string;
  readonly leaseMs: number;
  readonly batchSize: number;
  /** Stop this process (SIGSTOP) when an event with this note is handled. */
  readonly stopAtNote?: string;
}

run(async () => {
  const task = taskOf<DoorSpoolerTask>();
  const { log, close } = await openStore(task.connectionString);
  const knex = knexFactory({ client: 'pg', connection: task.connectionString });
  const logger: LoggerService = {
    error() {},
    warn() {},
    debug() {},
    info(message) {
      if (message.startsWith('Leads')) {
        void tell({ kind: 'deposed' });
      }
    },
    child: () => logger,
  };
  const node = await startTestNode(
    {
      knex,
      log,
      settings: {
        leaseMs: task.leaseMs,
        batchSize: task.batchSize,
        pollMs: 100,
      },
      logger,
    },
    {
      ...doors,
      on: {
        ...doors.on,
        [doorOpened.type]: (event, tables) => {
          doors.on[doorOpened.type]!(event, tables);
          if (task.stopAtNote && event.payload.note === task.stopAtNote) {
            process.kill(process.pid, 'SIGSTOP');
          }
        },
      },
    },
  );
  await tell({ kind: 'ready', node: node.node.id });
  // Nobody is left to tell.
  process.once('disconnect', () => process.exit());
  await new Promise(resolve => process.once('SIGTERM', resolve));
  await node.stop();
  await close();
  await knex.destroy();
});
