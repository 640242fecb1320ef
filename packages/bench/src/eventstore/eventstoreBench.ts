import { dependencies } from '../../package.json';
import type { Bench, Measurement } from '../harness/Bench';
import { append1, append3Processes, append64 } from './append';
import { Ground } from './Ground';
import { idle } from './idle';
import { getById, takeover, wakeUp } from './latency';
import { projection, rebuild } from './projections';
import { readAll } from './read';

const measurements: readonly Measurement<Ground>[] = [
  append64,
  append1,
  append3Processes,
  readAll,
  projection,
  getById,
  wakeUp,
  takeover,
  rebuild,
  idle,
];

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
        const found = await measure(ground, rounds);
        if ('notRun' in found) {
          tell.onNotRun(id, found.notRun);
        } else {
          found.forEach(tell.onFinding);
        }
        await ground.clear();
      }
    } finally {
      await ground.destroy();
    }
  },
};
