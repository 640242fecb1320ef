// Clients that append to one door at the version they believe it has, and read.
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import type { Operation } from '../linearizable';
import { doorShut, toDoor } from '../doorEvents';
import { openStore, randomNumbers, run, taskOf, tell } from './task';

export interface VersionClientTask {
  readonly connectionString: string;
  readonly id: AggregateId;
  readonly clients: number;
  readonly operations: number;
  readonly seed: number;
}

export type VersionInput = { append: number; expected: number } | 'read';
/** The version afterwards, or that the append met another one. */
export type VersionOutput = { version: number } | { conflict: number };
export type VersionOperation = Operation<VersionInput, VersionOutput>;

/** Microseconds of a clock that all processes of the machine share. */
const now = () => Number(process.hrtime.bigint() / 1_000n);

run(async () => {
  const task = taskOf<VersionClientTask>();
  const { log, close } = await openStore(task.connectionString);
  const random = randomNumbers(task.seed);
  const history: VersionOperation[] = [];

  async function client() {
    let believed = 0;
    for (let count = 0; count < task.operations; count++) {
      const calledAt = now();
      if (random() < 0.3) {
        believed = await log.versionOf(task.id);
        history.push({
          calledAt,
          returnedAt: now(),
          input: 'read',
          output: { version: believed },
        });
        continue;
      }
      const append = 1 + Math.floor(random() * 2);
      const input = { append, expected: believed };
      let output: VersionOutput;
      try {
        const { events } = await log.append(
          toDoor(
            task.id,
            believed,
            Array.from({ length: append }, () => doorShut.of({})),
          ),
        );
        output = { version: events.at(-1)!.version };
      } catch (error) {
        if ((error as { code?: string }).code !== 'eventstore.wrong_version') {
          throw error;
        }
        output = { conflict: (error as { actual: number }).actual };
      }
      believed = 'version' in output ? output.version : output.conflict;
      history.push({ calledAt, returnedAt: now(), input, output });
    }
  }

  await tell({ kind: 'ready' });
  await new Promise(resolve => process.once('message', resolve));
  await Promise.all(Array.from({ length: task.clients }, client));
  await tell({ kind: 'done', history });
  await close();
});
