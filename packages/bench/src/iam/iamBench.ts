import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { dependencies } from '../../package.json';
import { Ground } from '../eventstore/Ground';
import type { Bench } from '../harness/Bench';
import type { Bound, Finding } from '../harness/Row';
import { median, percentile } from '../harness/statistics';
import { WorkerProcess } from '../harness/WorkerProcess';
import { lockWaitsDuring } from './lockWaits';
import type { Population } from './population';

/** The sizes that are promised; smaller ones to try the bench itself. */
const sizes = {
  users: Number(process.env.IAM_BENCH_USERS ?? 100_000),
  groups: Number(process.env.IAM_BENCH_GROUPS ?? 10_000),
  events: Number(process.env.IAM_BENCH_EVENTS ?? 1_000_000),
};

const CHECKS = 2_000;
const LISTS = 500;
const GETS = 300;
const CALLERS = 16;
const SECONDS = 10;
/**
 * What another node does meanwhile: users manipulated per second, in 60 commands
 * of which each is authorized anew. Not as many as it can, for then the figures
 * would be those of two processes that fight for the processor.
 */
const WRITES_PER_SECOND = 10;

/**
 * ZITADEL publishes `manipulate_user` (create, update, lock, delete) with 66
 * iterations/s for v4.19.2, on Cloud SQL with 8 cores and 2 to 7 containers of
 * 6 beside it: 8.2 for each core of the database. Other hardware, and a load
 * from the network; a ratio means nothing without saying so.
 */
const ZITADEL_PER_CORE = 8.2;

interface Nodes {
  readonly connection: string;
  readonly reader: WorkerProcess;
  readonly writer: WorkerProcess;
}

const under = (bound: number): { all: Bound[] } => ({
  all: [{ of: 'value', is: 'under', bound }],
});

interface Timed {
  readonly id: string;
  readonly title: string;
  readonly method: string;
  readonly calls: number;
  readonly bound: number;
}

const timed: readonly Timed[] = [
  {
    id: 'check',
    title: "check of one of IAM's permissions",
    method: 'checks',
    calls: CHECKS,
    bound: 5,
  },
  {
    id: 'portal-check',
    title: "check of another plugin's permission",
    method: 'portalChecks',
    calls: CHECKS,
    bound: 5,
  },
  {
    id: 'list',
    title: 'page of users or grants',
    method: 'lists',
    calls: LISTS,
    bound: 50,
  },
  {
    id: 'search',
    title: 'search for users, prefix and substring',
    method: 'searches',
    calls: LISTS,
    bound: 50,
  },
  {
    id: 'get-fresh',
    title: 'getById right after a change',
    method: 'freshGets',
    calls: GETS,
    bound: 100,
  },
];

/** IAM with 100,000 users, while writers append. */
export const iamBench: Bench = {
  name: 'iam',

  versions: () => ({ pg: dependencies.pg, knex: dependencies.knex }),

  async run({ rounds, only, signal, ...tell }) {
    const isWanted = (id: string) =>
      only.length === 0 || only.some(beginning => id.startsWith(beginning));
    const ground = await Ground.start();
    const workers: WorkerProcess[] = [];
    try {
      tell.onNote(`PostgreSQL ${await ground.serverVersion()}`);
      const nodes = await startNodes(ground, workers, tell.onNote);
      for (const measurement of timed.filter(({ id }) => isWanted(id))) {
        signal.throwIfAborted();
        tell.onMeasurement(measurement.id);
        try {
          tell.onFinding(await timeOf(nodes, measurement, rounds));
        } catch (error) {
          tell.onBroken(measurement.id, error);
        }
      }
      if (isWanted('manipulate-user')) {
        signal.throwIfAborted();
        tell.onMeasurement('manipulate-user');
        try {
          (await manipulations(nodes, rounds)).forEach(tell.onFinding);
        } catch (error) {
          tell.onBroken('manipulate-user', error);
        }
      }
    } finally {
      await Promise.all(workers.map(worker => worker.kill()));
      await ground.destroy();
    }
  },
};

/** One node leads the views and is read from; the other one writes. */
async function startNodes(
  ground: Ground,
  workers: WorkerProcess[],
  note: (text: string) => void,
): Promise<Nodes> {
  const connection = await ground.createDatabase();
  const key = randomBytes(32).toString('base64');
  const start = async (leads: boolean) => {
    const worker = await WorkerProcess.start('iam/processes/iamNode', {
      connection,
      key,
      leads,
    });
    workers.push(worker);
    return worker;
  };
  const reader = await start(true);
  const filled = await reader.call<{
    plan: Population;
    events: number;
    appendMs: number;
    viewsMs: number;
  }>('fill', sizes);
  const writer = await start(false);
  await writer.call('know', { plan: filled.plan });
  const seconds = (ms: number) => Math.round(ms / 1_000);
  note(
    `${sizes.users} users, ${sizes.groups} groups, ${filled.events} events: ` +
      `stored in ${seconds(filled.appendMs)} s, all seven views ${seconds(filled.viewsMs)} s later`,
  );
  return { connection, reader, writer };
}

/** The 99th percentile of some calls, while the other node writes. */
async function timeOf(
  { reader, writer }: Nodes,
  { id, title, method, calls, bound }: Timed,
  rounds: number,
): Promise<Finding> {
  await reader.call(method, { calls: Math.ceil(calls / 10) });
  const p99: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    let isReading = true;
    const writing = (async () => {
      while (isReading) {
        await writer.call('write', {
          perSecond: WRITES_PER_SECOND,
          seconds: 1,
        });
      }
    })();
    // It is waited for below; meanwhile its failure is nobody's.
    writing.catch(() => {});
    try {
      const times = await reader.call<number[]>(method, { calls });
      p99.push(percentile(times, 0.99));
    } finally {
      isReading = false;
      await writing;
    }
  }
  return {
    id: `${id}-p99`,
    title: `${title}, p99`,
    value: median(p99),
    unit: 'ms',
    target: under(bound),
  };
}

async function manipulations(
  { connection, reader }: Nodes,
  rounds: number,
): Promise<Finding[]> {
  const load = { callers: CALLERS, seconds: SECONDS };
  await reader.call('manipulations', { ...load, seconds: 2 });
  const rates: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { result, share } = await lockWaitsDuring(connection, () =>
      reader.call<number>('manipulations', load),
    );
    rates.push(result / cpus().length);
    shares.push(share * 100);
  }
  return [
    {
      id: 'manipulate-user',
      title:
        'users created, changed, locked and removed, per core of the whole machine',
      value: median(rates),
      unit: 'iterations/s',
      peer: {
        name: 'ZITADEL as published, their hardware, per database core',
        value: ZITADEL_PER_CORE,
      },
      target: {
        all: [{ of: 'value', is: 'atLeast', bound: ZITADEL_PER_CORE }],
      },
    },
    {
      id: 'manipulate-user-lock-waits',
      title: 'of the time the database worked on it, waiting for locks',
      value: median(shares),
      unit: '%',
      target: under(5),
    },
  ];
}
