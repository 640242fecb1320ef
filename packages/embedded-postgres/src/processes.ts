/*
 * What the operating system knows about other processes. Linux tells it in
 * /proc; elsewhere `ps` is asked.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const isLinux = process.platform === 'linux';

/** A process in the table of processes. */
export type ProcessEntry = { pid: number; ppid: number; zombie: boolean };

/** Parses `/proc/<pid>/stat`; the name in it may hold spaces and brackets. */
export function parseProcStat(
  stat: string,
):
  | { name: string; state: string; ppid: number; startTime: string }
  | undefined {
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  const [state, ppid] = fields;
  // Field 22 of the line, counted from 1; two of them stand before `fields`.
  const startTime = fields[19];
  if (open < 0 || close < 0 || !state || !ppid || !startTime) {
    return undefined;
  }
  return {
    name: stat.slice(open + 1, close),
    state,
    ppid: Number(ppid),
    startTime,
  };
}

function readStat(pid: number) {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') {
      return undefined;
    }
    throw error;
  }
}

function ps(args: string[]): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

/** Whether the process runs. A zombie, which only waits to be reaped, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') {
      return false;
    }
  }
  if (isLinux) {
    const stat = readStat(pid);
    return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
  }
  return true;
}

/**
 * A mark that tells a process from a later one that got the same pid, or
 * `undefined` where the system does not say.
 */
export function startMark(pid: number): string | undefined {
  if (isLinux) {
    const stat = readStat(pid);
    if (!stat) {
      return undefined;
    }
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${stat.startTime}`;
  }
  if (process.platform === 'win32') {
    return undefined;
  }
  return ps(['-o', 'lstart=', '-p', String(pid)]) || undefined;
}

/**
 * A process, told from a later one with the same pid.
 *
 * @public
 */
export type ProcessIdentity = { pid: number; startMark?: string };

/** @public */
export function identify(pid: number): ProcessIdentity {
  const mark = startMark(pid);
  return mark === undefined ? { pid } : { pid, startMark: mark };
}

/** Whether that very process still runs. @public */
export function stillRuns(identity: ProcessIdentity): boolean {
  if (!isAlive(identity.pid)) {
    return false;
  }
  const mark = startMark(identity.pid);
  return !identity.startMark || !mark || identity.startMark === mark;
}

/** Every process this user can see. */
export function listProcesses(): ProcessEntry[] {
  if (isLinux) {
    return readdirSync('/proc').flatMap(name => {
      const pid = Number(name);
      const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
      return stat ? [{ pid, ppid: stat.ppid, zombie: stat.state === 'Z' }] : [];
    });
  }
  if (process.platform === 'win32') {
    return [];
  }
  return ps(['-axo', 'pid=,ppid=,stat='])
    .split('\n')
    .flatMap(line => {
      const [pid, ppid, state] = line.trim().split(/\s+/);
      return pid && ppid
        ? [
            {
              pid: Number(pid),
              ppid: Number(ppid),
              zombie: state?.startsWith('Z') ?? false,
            },
          ]
        : [];
    });
}

/** The program and arguments of a process; empty when it is gone or hidden. */
export function commandLine(pid: number): string[] {
  if (isLinux) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        .split('\0')
        .filter(part => part.length > 0);
    } catch {
      return [];
    }
  }
  const line = ps(['-o', 'command=', '-p', String(pid)]);
  return line ? line.split(/\s+/) : [];
}

/** The working directory of a process, where the system tells it. */
export function workingDirectory(pid: number): string | undefined {
  try {
    return isLinux ? readlinkSync(`/proc/${pid}/cwd`) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The processes that work in a folder: they are in it, or it is named among
 * their arguments.
 */
export function processesIn(folder: string): number[] {
  const within = (path: string) =>
    path === folder || path.startsWith(`${folder}/`);
  return listProcesses()
    .filter(
      ({ pid, zombie }) =>
        !zombie &&
        pid !== process.pid &&
        (within(workingDirectory(pid) ?? '') ||
          commandLine(pid).some(part => within(part.replace(/^--\w+=/, '')))),
    )
    .map(({ pid }) => pid);
}
