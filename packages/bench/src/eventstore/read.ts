// How fast the whole log is read.
import type { Measurement } from '../harness/Bench';
import { interleave } from '../harness/interleave';
import { median } from '../harness/statistics';
import type { Ground } from './Ground';

const BATCH = 1_000;
const FILL_MS = 4_000;

export const readAll: Measurement<Ground> = {
  id: 'read-all',
  async measure(ground, rounds) {
    const connection = await ground.createDatabase();
    const ours = await ground.start('callboard', { connection });
    const raw = await ground.start('postgres', { connection });
    // With as many events as are stored in a while: some 100,000.
    await ours.call('append', { callers: 256, milliseconds: FILL_MS });
    const readsOf = (worker: typeof ours) => () =>
      worker.call<number>('readAll', { batchSize: BATCH });
    await readsOf(ours)();
    await readsOf(raw)();
    const figures = await interleave(rounds, {
      ours: readsOf(ours),
      raw: readsOf(raw),
    });
    return [
      {
        id: 'read-all',
        title: `read all, batches of ${BATCH.toLocaleString('en')}`,
        value: median(figures.ours),
        unit: 'events/s',
        peer: { name: 'raw SELECT through pg', value: median(figures.raw) },
        target: {
          any: [
            { of: 'value', is: 'atLeast', bound: 150_000 },
            { of: 'ratio', is: 'atLeast', bound: 0.7 },
          ],
        },
      },
    ];
  },
};
