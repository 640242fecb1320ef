// How soon a view shows what was stored.
import { setTimeout as pause } from 'node:timers/promises';
import type { Measurement } from '../harness/Bench';
import { interleave } from '../harness/interleave';
import { median, percentile } from '../harness/statistics';
import type { WorkerProcess } from '../harness/WorkerProcess';
import type { Ground } from './Ground';

const VIEW = 'users';
const READS = 500;
const WAKE_UPS = 50;
/** Between two appends of a system that is idle otherwise. */
const IDLE_MS = 60;

async function startLeader(ground: Ground) {
  const connection = await ground.createDatabase();
  const leader = await ground.start('callboard', { connection });
  await leader.call('startViews', { names: [VIEW] });
  return { connection, leader };
}

/** A read by id right after the row's aggregate has changed. */
export const getById: Measurement<Ground> = {
  id: 'get-by-id',
  async measure(ground, rounds) {
    const { leader } = await startLeader(ground);
    const read = (reads: number) =>
      leader.call<Record<'fresh' | 'plain', number[]>>('getById', {
        reads,
        view: VIEW,
      });
    await read(100);
    // Each read that has to be fresh is followed by one that has not.
    const { reads } = await interleave(rounds, { reads: () => read(READS) });
    const p99 = (kind: 'fresh' | 'plain') =>
      median(reads.map(found => percentile(found[kind], 0.99)));
    return [
      {
        id: 'get-by-id-fresh',
        title: 'getById fresh, view 1 event behind, p99',
        value: p99('fresh'),
        unit: 'ms',
        peer: { name: 'plain read, p99', value: p99('plain') },
        target: {
          all: [
            { of: 'value', is: 'under', bound: 15 },
            { of: 'ratio', is: 'under', bound: 4 },
          ],
        },
      },
    ];
  },
};

/** From an append's answer until the leader has the event in its view. */
export const wakeUp: Measurement<Ground> = {
  id: 'wake-up',
  async measure(ground, rounds) {
    const { connection, leader } = await startLeader(ground);
    const other = await ground.start('callboard', { connection });
    const wakeUpsFrom = (writer: WorkerProcess) => async () => {
      const milliseconds: number[] = [];
      for (let count = 0; count < WAKE_UPS; count++) {
        await pause(IDLE_MS);
        const stored = await writer.call<{
          position: number;
          storedAt: bigint;
        }>('appendOne');
        const shownAt = await leader.call<bigint>('shownAt', stored);
        milliseconds.push(Number(shownAt - stored.storedAt) / 1e6);
      }
      return percentile(milliseconds, 0.5);
    };
    await wakeUpsFrom(leader)();
    const p50 = await interleave(rounds, {
      same: wakeUpsFrom(leader),
      across: wakeUpsFrom(other),
    });
    return [
      {
        id: 'wake-up-same-process',
        title: 'wake-up to view, same process, p50',
        value: median(p50.same),
        unit: 'ms',
        target: { all: [{ of: 'value', is: 'under', bound: 10 }] },
      },
      {
        id: 'wake-up-across-processes',
        title: 'wake-up to view, across processes, p50',
        value: median(p50.across),
        unit: 'ms',
        target: { all: [{ of: 'value', is: 'under', bound: 30 }] },
      },
    ];
  },
};

/** The lease of a leader by default, in seconds, and what is allowed beyond. */
const LEASE = 6;
const ALLOWED = 1;

/** From the SIGKILL of the leader until the view shows what came after it. */
export const takeover: Measurement<Ground> = {
  id: 'takeover',
  async measure(ground, rounds) {
    const { seconds } = await interleave(rounds, {
      seconds: async () => {
        const { connection, leader } = await startLeader(ground);
        const heir = await ground.start('callboard', { connection });
        await heir.call('startViews', { names: [VIEW] });
        const killedAt = process.hrtime.bigint();
        await leader.kill();
        const stored = await heir.call<{ position: number }>('appendOne');
        const shownAt = await heir.call<bigint>('shownAt', stored);
        await heir.stop();
        return Number(shownAt - killedAt) / 1e9;
      },
    });
    return [
      {
        id: 'takeover',
        title: `takeover after SIGKILL, slowest of ${rounds}`,
        value: Math.max(...seconds),
        unit: 's',
        target: {
          all: [{ of: 'value', is: 'under', bound: LEASE + ALLOWED }],
        },
      },
    ];
  },
};
