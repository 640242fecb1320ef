/*
 * Stopping a server, from politely to at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, processesIn } from './processes.ts';
import { clusterProcesses } from './postmasterPid.ts';

/** How often a process that is not our child is looked at, in ms. */
const lookEvery = 20;

/**
 * Waits until a condition holds.
 *
 * @returns whether it did before the time, in ms, was over
 */
export async function waitUntil(
  holds: () => boolean,
  timeout: number,
): Promise<boolean> {
  const end = performance.now() + timeout;
  while (!holds()) {
    if (performance.now() > end) {
      return false;
    }
    await delay(lookEvery);
  }
  return true;
}

/**
 * Waits for a promise. Unlike the promise alone it keeps the program running
 * meanwhile: that of a child process which may outlive us does not.
 *
 * @returns whether it settled before the time, in ms, was over
 */
export async function settlesWithin(
  promise: Promise<unknown>,
  timeout: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, timeout, false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/**
 * Stops the server: a fast shutdown (sessions are ended, everything is written),
 * then an immediate one (the next start recovers from the log), then by force.
 *
 * @param ended - waits, for so many ms, until the postmaster has ended
 * @param timeouts - ms to wait after the fast and after the immediate request
 */
export async function stopServer(
  postmaster: number,
  cluster: string,
  ended: (timeout: number) => Promise<boolean> = timeout =>
    waitUntil(() => !isAlive(postmaster), timeout),
  timeouts = { fast: 60_000, immediate: 10_000 },
): Promise<void> {
  if (!isAlive(postmaster)) {
    return;
  }
  signal(postmaster, 'SIGINT');
  if (!(await ended(timeouts.fast))) {
    signal(postmaster, 'SIGQUIT');
    if (!(await ended(timeouts.immediate))) {
      await killServer(postmaster, cluster);
    }
  }
}

/** Ends the postmaster and every child with SIGKILL, as a power cut would. */
export async function killServer(
  postmaster: number,
  cluster: string,
): Promise<void> {
  // Stopped first, so that it starts no child that the list would miss.
  signal(postmaster, 'SIGSTOP');
  const children = clusterProcesses(cluster).filter(pid => pid !== postmaster);
  signal(postmaster, 'SIGKILL');
  for (const pid of children) {
    signal(pid, 'SIGKILL');
  }
  const all = [postmaster, ...children];
  if (!(await waitUntil(() => !all.some(isAlive), 10_000))) {
    throw new Error(
      `PostgreSQL (process ${postmaster}) did not end when killed: its disk may be hanging.`,
    );
  }
}

/**
 * Waits for processes that have lost their postmaster. They end by themselves
 * once they look up from what they do; the shared memory they hold keeps a new
 * server from starting.
 */
export async function waitForOrphanedChildren(cluster: string): Promise<void> {
  const gone = () => clusterProcesses(cluster).length === 0;
  if (await waitUntil(gone, 5_000)) {
    return;
  }
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of clusterProcesses(cluster)) {
      signal(pid, name);
    }
    if (await waitUntil(gone, 5_000)) {
      return;
    }
  }
}

/**
 * Ends programs that work in a folder, such as an `initdb` that outlived
 * whoever started it.
 */
export async function endProcessesIn(folder: string): Promise<void> {
  for (const pid of processesIn(folder)) {
    signal(pid, 'SIGKILL');
  }
  if (!(await waitUntil(() => processesIn(folder).length === 0, 10_000))) {
    throw new Error(
      `Programs of an earlier run still work in ${folder} and do not end when killed: its disk may be hanging.`,
    );
  }
}
