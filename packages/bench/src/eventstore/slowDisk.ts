// How fast events are stored when the disk is slow.
import { rm } from 'node:fs/promises';
import type { Measurement } from '../harness/Bench';
import { interleave } from '../harness/interleave';
import type { LoadResult } from '../harness/load';
import { median } from '../harness/statistics';
import { buildSlowSync } from './buildSlowSync';
import { Ground } from './Ground';

const MILLISECONDS = 2_000;
const WARM_UP = 500;
const CALLERS = 64;
/** Of the peer; more do not make it faster, for all wait for one lock. */
const CONNECTIONS = 20;

/**
 * Network disks of clouds take about a millisecond to flush. What is locked
 * until the flush is done then allows a thousand commits a second.
 */
export const slowDisk: Measurement<Ground> = {
  id: 'append-slow-disk',
  async measure(_ground, rounds) {
    if (process.platform !== 'linux') {
      return { notRun: 'fdatasync is delayed by means of Linux' };
    }
    const slowSync = await buildSlowSync();
    if (!slowSync) {
      return { notRun: 'no C compiler' };
    }
    const ground = await Ground.start({ LD_PRELOAD: slowSync.library });
    try {
      const ours = await ground.start('callboard', {
        connection: await ground.createDatabase(),
      });
      const locked = await ground.start('postgres', {
        connection: await ground.createDatabase(),
      });
      const append = (milliseconds: number) =>
        ours.call<LoadResult>('append', { callers: CALLERS, milliseconds });
      const appendEach = (milliseconds: number) =>
        locked.call<LoadResult>('appendEach', {
          callers: CONNECTIONS,
          milliseconds,
        });
      await append(WARM_UP);
      const warmUp = await appendEach(WARM_UP);
      if (warmUp.perSecond > 1_000) {
        throw new Error(
          `${warmUp.perSecond} commits a second, one by one: fdatasync is not delayed`,
        );
      }
      const figures = await interleave(rounds, {
        ours: () => append(MILLISECONDS),
        locked: () => appendEach(MILLISECONDS),
      });
      const perSecond = (results: readonly LoadResult[]) =>
        median(results.map(result => result.perSecond));
      return [
        {
          id: 'append-slow-disk',
          title: `append, ${CALLERS} callers, 1 ms added to fdatasync`,
          value: perSecond(figures.ours),
          unit: 'events/s',
          peer: {
            name: `a lock per append, ${CONNECTIONS} connections`,
            value: perSecond(figures.locked),
          },
          target: { all: [{ of: 'ratio', is: 'atLeast', bound: 10 }] },
        },
      ];
    } finally {
      await ground.destroy();
      await rm(slowSync.folder, { recursive: true, force: true });
    }
  },
};
