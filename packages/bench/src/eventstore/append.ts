// How fast events are stored.
import type { Measurement } from '../harness/Bench';
import { interleave } from '../harness/interleave';
import type { LoadResult } from '../harness/load';
import { median } from '../harness/statistics';
import type { WorkerProcess } from '../harness/WorkerProcess';
import type { Ground } from './Ground';

const MILLISECONDS = 2_000;
const WARM_UP = 500;
/** Callers that emmett is tried with. */
const CONCURRENCIES = [10, 20, 40];
const BULK_ROWS = 1_000;

const perSecond = (results: readonly LoadResult[]) =>
  median(results.map(result => result.perSecond));

const appendsOf =
  (worker: WorkerProcess, callers: number, milliseconds = MILLISECONDS) =>
  () =>
    worker.call<LoadResult>('append', { callers, milliseconds });

const startOurs = async (ground: Ground) =>
  ground.start('callboard', { connection: await ground.createDatabase() });

const startEmmett = async (ground: Ground, connections: number) =>
  ground.start('emmett', {
    connection: await ground.createDatabase(),
    connections,
  });

/** 64 callers, one event each. */
export const append64: Measurement<Ground> = {
  id: 'append-64',
  async measure(ground, rounds) {
    const ours = await startOurs(ground);
    const postgres = await ground.start('postgres', {
      connection: await ground.createDatabase(),
    });
    const emmetts = await Promise.all(
      CONCURRENCIES.map(async callers => ({
        callers,
        worker: await startEmmett(ground, callers),
      })),
    );
    const insert = (milliseconds: number) =>
      postgres.call<number>('insert', { rows: BULK_ROWS, milliseconds });

    await appendsOf(ours, 64, WARM_UP)();
    await insert(WARM_UP);
    for (const { callers, worker } of emmetts) {
      await appendsOf(worker, callers, WARM_UP)();
    }

    const bulk: number[] = [];
    const appends = await interleave<string, LoadResult | undefined>(rounds, {
      ours: appendsOf(ours, 64),
      bulk: async () => {
        bulk.push(await insert(MILLISECONDS));
        return undefined;
      },
      ...Object.fromEntries(
        emmetts.map(({ callers, worker }) => [
          `emmett ${callers}`,
          appendsOf(worker, callers),
        ]),
      ),
    });
    const own = appends.ours as LoadResult[];
    const [best] = emmetts
      .map(({ callers }) => ({
        name: `emmett, ${callers} callers`,
        value: perSecond(appends[`emmett ${callers}`] as LoadResult[]),
      }))
      .sort((a, b) => b.value - a.value);
    const value = perSecond(own);
    return [
      {
        id: 'append-64-emmett',
        title: 'append, 64 callers, one event each',
        value,
        unit: 'events/s',
        peer: best!,
        target: { all: [{ of: 'ratio', is: 'atLeast', bound: 6 }] },
      },
      {
        id: 'append-64-bulk',
        title: 'append, 64 callers, one event each',
        value,
        unit: 'events/s',
        peer: { name: `unnest of ${BULK_ROWS} rows`, value: median(bulk) },
        target: { all: [{ of: 'ratio', is: 'atLeast', bound: 0.4 }] },
      },
      {
        id: 'append-64-p99',
        title: 'append, 64 callers, p99',
        value: median(own.map(result => result.p99)),
        unit: 'ms',
        target: { all: [{ of: 'value', is: 'under', bound: 12 }] },
      },
    ];
  },
};

/** One caller that waits for each answer. */
export const append1: Measurement<Ground> = {
  id: 'append-1',
  async measure(ground, rounds) {
    const ours = await startOurs(ground);
    const emmett = await startEmmett(ground, 1);
    await appendsOf(ours, 1, WARM_UP)();
    await appendsOf(emmett, 1, WARM_UP)();
    const appends = await interleave(rounds, {
      ours: appendsOf(ours, 1),
      emmett: appendsOf(emmett, 1),
    });
    return [
      {
        id: 'append-1',
        title: 'append, 1 caller',
        value: perSecond(appends.ours),
        unit: 'events/s',
        peer: { name: 'emmett, 1 caller', value: perSecond(appends.emmett) },
        target: { all: [{ of: 'ratio', is: 'atLeast', bound: 1.5 }] },
      },
    ];
  },
};

/** Several nodes that store in the same log. */
export const append3Processes: Measurement<Ground> = {
  id: 'append-3-processes',
  async measure(ground, rounds) {
    const connection = await ground.createDatabase();
    const nodes: WorkerProcess[] = [];
    for (let count = 0; count < 3; count++) {
      nodes.push(await ground.start('callboard', { connection }));
    }
    const together = async (callers: number, milliseconds: number) => {
      const results = await Promise.all(
        nodes.map(node => appendsOf(node, callers, milliseconds)()),
      );
      return results.reduce((sum, result) => sum + result.perSecond, 0);
    };
    await together(32, WARM_UP);
    const figures = await interleave(rounds, {
      three: () => together(32, MILLISECONDS),
      one: async () => (await appendsOf(nodes[0]!, 64)()).perSecond,
    });
    return [
      {
        id: 'append-3-processes',
        title: 'append, 3 processes × 32 callers',
        value: median(figures.three),
        unit: 'events/s',
        peer: { name: '1 process, 64 callers', value: median(figures.one) },
        target: { all: [{ of: 'ratio', is: 'atLeast', bound: 0.8 }] },
      },
    ];
  },
};
