/*
 * Runs a program under the Node of this process: yarn, the Backstage CLI, jest,
 * Playwright. It ends when it is done, when the launcher is to end, or with the
 * launcher.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { identify, type ProcessIdentity } from '../beforeInstall.ts';
import type { Ending } from './Ending.ts';

export type RunOptions = {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  ending: Ending;
  nodeArgs?: string[];
  /** Where to write what it prints; without one it prints to the terminal. */
  logFile?: string;
  onLine?: (line: string) => void;
  /** Told which process it is. */
  onStart?: (tool: ProcessIdentity) => void;
};

export type RunResult = { code: number; lastLines: string[] };

/** How many of the last lines are kept to be shown when it fails, and how long. */
const keptLines = 15;
const keptColumns = 200;

/** How long an orderly end may take before the program is killed, in ms. */
const endTimeout = 8_000;

const endWithParent = join(import.meta.dirname, 'endWithParent.cjs');

/** The environment with this Node first, for programs that look for `node`. */
export function withThisNode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    PATH: [dirname(process.execPath), env.PATH].filter(Boolean).join(delimiter),
  };
}

/**
 * Runs a script to its end.
 *
 * @returns its exit code; 128 and more when a signal ended it
 */
export async function runNode(
  script: string,
  args: string[],
  options: RunOptions,
): Promise<RunResult> {
  const { cwd, ending, logFile } = options;
  ending.signal.throwIfAborted();
  const piped = logFile !== undefined || options.onLine !== undefined;
  const child = spawn(
    process.execPath,
    ['--require', endWithParent, ...(options.nodeArgs ?? []), script, ...args],
    {
      cwd,
      env: withThisNode(options.env ?? process.env),
      detached: true,
      stdio: piped
        ? ['ignore', 'pipe', 'pipe', 'ipc']
        : ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  if (child.pid !== undefined) {
    options.onStart?.(identify(child.pid));
  }
  // Programs that were written for a watching parent report every file they load.
  child.on('message', () => {});
  child.channel?.unref();
  const lastLines: string[] = [];
  const reading = piped ? readLines(child, options, lastLines) : undefined;
  const stop = endGroup(child, ending);
  let code: number;
  try {
    code = await exitCode(child);
  } finally {
    stop();
  }
  await reading;
  return { code, lastLines };
}

async function readLines(
  child: ChildProcess,
  { logFile, onLine }: RunOptions,
  lastLines: string[],
): Promise<void> {
  if (logFile) {
    mkdirSync(dirname(logFile), { recursive: true });
  }
  const log = logFile ? createWriteStream(logFile) : undefined;
  await Promise.all(
    [child.stdout!, child.stderr!].map(async stream => {
      for await (const line of createInterface({ input: stream })) {
        log?.write(`${line}\n`);
        lastLines.push(line.slice(0, keptColumns));
        if (lastLines.length > keptLines) {
          lastLines.shift();
        }
        onLine?.(line);
      }
    }),
  );
  await new Promise<void>((resolve, reject) => {
    if (!log) {
      resolve();
    } else {
      log.once('error', reject);
      log.end(resolve);
    }
  });
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143)),
    );
  });
}

/** Ends the child's whole group when the launcher is to end. */
function endGroup(child: ChildProcess, ending: Ending): () => void {
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // All of it is gone.
    }
  };
  const kill = () => signalGroup('SIGKILL');
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup('SIGTERM');
    timer = setTimeout(kill, endTimeout);
  };
  ending.signal.addEventListener('abort', end, { once: true });
  const forget = ending.onForce(kill);
  return () => {
    clearTimeout(timer);
    ending.signal.removeEventListener('abort', end);
    forget();
    // Grandchildren that outlived it, such as a browser.
    signalGroup('SIGTERM');
  };
}
