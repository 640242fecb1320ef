// How fast views are filled, and with how much memory.
import type { Measurement } from '../harness/Bench';
import { interleave } from '../harness/interleave';
import { median } from '../harness/statistics';
import type { Ground } from './Ground';

interface Built {
  readonly milliseconds: number;
  readonly peakMiB: number;
}

const EVENTS = 100_000;
const PER_USER = 10;
/** What emmett is given: enough for seconds of work. */
const EMMETT_EVENTS = 5_000;

const rate = (events: number, builds: readonly { milliseconds: number }[]) =>
  median(builds.map(({ milliseconds }) => (events * 1000) / milliseconds));

/** A view of the current state, the same view elsewhere, and one with history. */
export const projection: Measurement<Ground> = {
  id: 'projection',
  async measure(ground, rounds) {
    const ours = await ground.start('callboard', {
      connection: await ground.createDatabase(),
    });
    const emmett = await ground.start('emmett', {
      connection: await ground.createDatabase(),
      connections: 10,
    });
    const fill = (worker: typeof ours, events: number) =>
      worker.call('fill', { events, users: events / PER_USER });
    await fill(ours, EVENTS);
    await fill(emmett, EMMETT_EVENTS);
    const build = (history: boolean) => (round: string | number) =>
      ours.call<Built>('build', {
        name: `${history ? 'past' : 'current'}_${round}`,
        history,
      });
    await build(false)('warm_up');
    const builds = await interleave(rounds, {
      current: build(false),
      past: build(true),
      emmett: (round): Promise<{ milliseconds: number }> =>
        emmett.call('build', { name: `users_${round}`, events: EMMETT_EVENTS }),
    });
    const current = rate(EVENTS, builds.current);
    return [
      {
        id: 'projection-emmett',
        title: 'projection, current-state view',
        value: current,
        unit: 'events/s',
        peer: {
          name: 'emmett, async projection',
          value: rate(EMMETT_EVENTS, builds.emmett),
        },
        target: {
          all: [
            { of: 'ratio', is: 'atLeast', bound: 20 },
            { of: 'value', is: 'atLeast', bound: 40_000 },
          ],
        },
      },
      {
        id: 'projection-history',
        title: 'projection with history rows',
        value: rate(EVENTS, builds.past),
        unit: 'events/s',
        peer: { name: 'the view without history', value: current },
        target: { all: [{ of: 'ratio', is: 'atLeast', bound: 0.4 }] },
      },
    ];
  },
};

const SMALL = 100_000;
const LARGE = 1_000_000;

/** Whether memory is bounded, and time in proportion to the log. */
export const rebuild: Measurement<Ground> = {
  id: 'rebuild',
  async measure(ground, rounds) {
    const filled = async (events: number) => {
      const connection = await ground.createDatabase();
      const writer = await ground.start('callboard', { connection });
      await writer.call('fill', { events, users: events / PER_USER });
      await writer.stop();
      return connection;
    };
    const small = await filled(SMALL);
    const large = await filled(LARGE);
    // Each in a new process, whose memory is what this one rebuild needs.
    const buildIn = (connection: string) => async (round: number) => {
      const worker = await ground.start('callboard', { connection });
      const built = await worker.call<Built>('build', {
        name: `users_${round}`,
        history: false,
      });
      await worker.stop();
      return built;
    };
    const builds = await interleave(rounds, {
      small: buildIn(small),
      large: buildIn(large),
    });
    const seconds = (built: readonly Built[]) =>
      median(built.map(({ milliseconds }) => milliseconds / 1000));
    return [
      {
        id: 'rebuild-memory',
        title: 'rebuild of 1,000,000 events, peak memory',
        value: Math.max(...builds.large.map(({ peakMiB }) => peakMiB)),
        unit: 'MiB',
        target: { all: [{ of: 'value', is: 'under', bound: 400 }] },
      },
      {
        id: 'rebuild-linear',
        title: 'rebuild of 1,000,000 events',
        value: seconds(builds.large),
        unit: 's',
        peer: { name: '100,000 events', value: seconds(builds.small) },
        target: { all: [{ of: 'ratio', is: 'under', bound: 12 }] },
      },
    ];
  },
};
