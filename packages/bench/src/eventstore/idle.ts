// What views cost while nothing happens.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Measurement } from '../harness/Bench';
import { median } from '../harness/statistics';
import type { WorkerProcess } from '../harness/WorkerProcess';
import type { Ground } from './Ground';

const NODES = 3;
const DATABASES = 4;
const VIEWS_PER_DATABASE = 10;
/** Until the connections that only the start needed are closed: knex's 30 s. */
const SETTLE_MS = 45_000;
const WATCH_MS = 20_000;
/** The kernel's unit in /proc/<pid>/stat, on every Linux of today. */
const TICKS_PER_SECOND = 100;

/** Forty views in four databases, on three nodes that could each lead them. */
export const idle: Measurement<Ground> = {
  id: 'idle',
  async measure(ground, rounds) {
    if (process.platform !== 'linux') {
      return {
        notRun: "the server's processor time is read from Linux's /proc",
      };
    }
    const connection = await ground.createDatabase();
    const databases: string[] = [];
    for (let count = 0; count < DATABASES; count++) {
      databases.push(await ground.createDatabase());
    }
    const nodes: WorkerProcess[] = [];
    for (let count = 0; count < NODES; count++) {
      const node = await ground.start('callboard', { connection });
      for (const database of databases) {
        await node.call('startViews', {
          names: Array.from(
            { length: VIEWS_PER_DATABASE },
            (_, view) => `users_${view}`,
          ),
          connection: database,
        });
      }
      nodes.push(node);
    }
    const cpuSeconds = async () => {
      const own = await Promise.all(
        nodes.map(node => node.call<number>('cpuSeconds')),
      );
      return (
        own.reduce((sum, seconds) => sum + seconds, 0) +
        secondsOfTree(ground.serverPid)
      );
    };
    await pause(SETTLE_MS);
    const shares: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await cpuSeconds();
      const startedAt = performance.now();
      await pause(WATCH_MS);
      const seconds = (performance.now() - startedAt) / 1000;
      shares.push((((await cpuSeconds()) - before) / seconds) * 100);
    }
    return [
      {
        id: 'idle',
        title: `idle cost of ${
          DATABASES * VIEWS_PER_DATABASE
        } spoolers on ${NODES} nodes, with the database`,
        value: median(shares),
        unit: '% of a core',
        target: { all: [{ of: 'value', is: 'under', bound: 2 }] },
      },
    ];
  },
};

/** Processor time of a process, its children, and those that have ended. */
function secondsOfTree(pid: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readStat(entry) : undefined;
    if (stat && Number(entry) === pid) {
      ticks += stat.own + stat.ended;
    } else if (stat?.parent === pid) {
      ticks += stat.own;
    }
  }
  return ticks / TICKS_PER_SECOND;
}

/** See proc_pid_stat(5). */
function readStat(pid: string) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, parent] = fields.map(Number);
    const [user, system, endedUser, endedSystem] = fields
      .slice(11, 15)
      .map(Number);
    return {
      parent,
      own: user! + system!,
      ended: endedUser! + endedSystem!,
    };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
