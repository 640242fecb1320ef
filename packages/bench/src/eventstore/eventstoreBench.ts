import { dependencies } from '../../package.json';
import type { Bench, Measurement } from '../harness/Bench';
import { append1, append3Processes, append64 } from './append';
import { Ground } from './Ground';
import { idle } from './idle';
import { getById, takeover, wakeUp } from './latency';
import { projection, rebuild } from './projections';
import { readAll } from './read';
import { slowDisk } from './slowDisk';

const measurements: readonly Measurement<Ground>[] = [
  append64,
  append1,
  append3Processes,
  slowDisk,
  readAll,
  projection,
  getById,
  wakeUp,
  takeover,
  rebuild,
  idle,
];

/** A measurement that takes longer hangs, however busy the machine is. */
const LONGEST_MS = 10 * 60_000;

/** What a task gives, unless it hangs or the run is to end. */
async function within<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  const ending = new AbortController();
  const timeout = AbortSignal.timeout(LONGEST_MS);
  try {
    return await Promise.race([
      task,
      new Promise<never>((_, reject) => {
        for (const cause of [signal, timeout]) {
          cause.addEventListener('abort', () => reject(cause.reason), {
            signal: ending.signal,
          });
        }
      }),
    ]);
  } finally {
    ending.abort();
  }
}

/** The event store beside its peers. */
export const eventstoreBench: Bench = {
  name: 'eventstore',

  versions() {
    // Pinned exactly, so what is asked for is what is installed.
    return Object.fromEntries(
      (['pg', 'knex', '@event-driven-io/emmett-postgresql'] as const).map(
        name => [name, dependencies[name]],
      ),
    );
  },

  async run({ rounds, only, signal, ...tell }) {
    const wanted = measurements.filter(
      ({ id }) =>
        only.length === 0 || only.some(beginning => id.startsWith(beginning)),
    );
    const ground = await Ground.start();
    try {
      tell.onNote(`PostgreSQL ${await ground.serverVersion()}`);
      for (const { id, measure } of wanted) {
        signal.throwIfAborted();
        tell.onMeasurement(id);
        try {
          const found = await within(measure(ground, rounds), signal);
          if ('notRun' in found) {
            tell.onNotRun(id, found.notRun);
          } else {
            found.forEach(tell.onFinding);
          }
          await within(ground.clear(), signal);
        } catch (error) {
          signal.throwIfAborted();
          // What it left behind would fall on the others.
          await ground.killAll();
          tell.onBroken(id, error);
        }
      }
    } finally {
      await ground.destroy();
    }
  },
};
