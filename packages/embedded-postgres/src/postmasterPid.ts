/*
 * `postmaster.pid`, the file in which a running server tells what it is.
 * Source: src/include/utils/pidfile.h of PostgreSQL.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commandLine,
  isAlive,
  listProcesses,
  workingDirectory,
} from './processes.ts';

export type PostmasterPid = {
  pid: number;
  port: number | undefined;
  /** `starting`, `stopping`, `ready` or `standby`; absent early in a start. */
  status: string | undefined;
};

export function postmasterPidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  const port = Number(lines[3]);
  return {
    pid,
    port: port > 0 ? port : undefined,
    status: lines[7]?.trim() || undefined,
  };
}

/** `undefined` when there is no such file, or nothing of use in it. */
export function readPostmasterPid(cluster: string): PostmasterPid | undefined {
  try {
    return parsePostmasterPid(readFileSync(postmasterPidFile(cluster), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Whether a process is a server of this data directory: a pid alone may since
 * have been given to something else.
 */
export function servesCluster(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  if (workingDirectory(pid) === cluster) {
    return true;
  }
  const [program, ...args] = commandLine(pid);
  return Boolean(program?.includes('postgres') && args.includes(cluster));
}

/**
 * Every process of a server on this data directory, the postmaster and its
 * children. A child that outlived its postmaster is found as well, where the
 * system tells a process's working directory (Linux).
 */
export function clusterProcesses(cluster: string): number[] {
  const all = listProcesses().filter(entry => !entry.zombie);
  const postmaster = readPostmasterPid(cluster)?.pid;
  const owns = postmaster !== undefined && servesCluster(postmaster, cluster);
  return all
    .filter(
      ({ pid, ppid }) =>
        (owns && (pid === postmaster || ppid === postmaster)) ||
        (workingDirectory(pid) === cluster &&
          commandLine(pid)[0]?.includes('postgres')),
    )
    .map(({ pid }) => pid);
}
