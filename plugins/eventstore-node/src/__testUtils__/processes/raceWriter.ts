// Writers that append to doors of their own and to shared ones, with pauses.
import {
  newAggregateId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { setTimeout as pause } from 'node:timers/promises';
import { doorOpened, toDoor } from '../doorEvents';
import { openStore, randomNumbers, run, taskOf, tell } from './task';

export interface RaceWriterTask {
  readonly connectionString: string;
  readonly writers: number;
  readonly appends: number;
  readonly seed: number;
  /** Doors that all writers write to, so that some appends are refused. */
  readonly shared: readonly AggregateId[];
}

run(async () => {
  const task = taskOf<RaceWriterTask>();
  const { log, close } = await openStore(task.connectionString);
  const random = randomNumbers(task.seed);
  const stored: [position: number, id: string][] = [];
  let refused = 0;

  async function write() {
    for (let count = 0; count < task.appends; count++) {
      if (random() < 0.5) {
        await pause(random() * 4);
      }
      const shared = random() < 0.3;
      const id = shared
        ? task.shared[Math.floor(random() * task.shared.length)]!
        : newAggregateId('house.door');
      const expected = shared ? await log.versionOf(id) : 0;
      const events = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        doorOpened.of({ hand: 'left' }),
      );
      try {
        const result = await log.append(toDoor(id, expected, events));
        result.events.forEach(event => stored.push([event.position, event.id]));
      } catch (error) {
        if ((error as { code?: string }).code !== 'eventstore.wrong_version') {
          throw error;
        }
        refused += 1;
      }
    }
  }

  await tell({ kind: 'ready' });
  await new Promise(resolve => process.once('message', resolve));
  await Promise.all(Array.from({ length: task.writers }, write));
  await tell({ kind: 'done', stored, refused });
  await close();
});
