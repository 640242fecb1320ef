/*
 * The backend as a child process: under Node 24, through Backstage's own loader
 * for TypeScript, in a process group of its own so that a Ctrl-C reaches only
 * the launcher, which then ends things in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Ending } from '../processes/Ending.ts';
import { withThisNode } from '../processes/runNode.ts';
import { dotFolder, root } from '../root.ts';
import { RotatingLog } from './RotatingLog.ts';

export type BackendOptions = {
  /** The script to run, and in which folder. */
  entry: string;
  cwd: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  ending: Ending;
  onLine?: (line: string) => void;
};

const keptLines = 200;

/** How long an orderly shutdown may take before the backend is killed, in ms. */
const shutdownTimeout = 30_000;

/** Node's arguments that load a workspace's TypeScript as Backstage does. */
export function backstageLoader(): string[] {
  const require = createRequire(join(root, 'package.json'));
  const cli = createRequire(require.resolve('@backstage/cli/package.json'));
  return [
    '--enable-source-maps',
    '--require',
    cli.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
  ];
}

/**
 * MiB of each half of the heap for what is new; V8's default is 16. While a
 * view is rebuilt nearly everything dies young: with 8 it is as fast, and the
 * process is a quarter smaller.
 */
const YOUNG_GENERATION = '--max-semi-space-size=8';

export class BackendProcess {
  readonly logFile: string;
  /** The end of what it printed. */
  readonly lastLines: string[] = [];
  /** Settled when it has ended, with a word on how. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  #ended = false;

  constructor(options: BackendOptions) {
    const log = new RotatingLog(options.logFile);
    this.logFile = options.logFile;
    const child = spawn(
      process.execPath,
      [
        YOUNG_GENERATION,
        '--require',
        join(import.meta.dirname, 'endWithLauncher.cjs'),
        ...backstageLoader(),
        options.entry,
        ...options.args,
      ],
      {
        cwd: options.cwd,
        env: {
          // Compiled code is kept, so that the next start need not compile it.
          NODE_COMPILE_CACHE: join(dotFolder, 'compile-cache'),
          ...withThisNode(options.env),
        },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#child = child;
    child.on('message', () => {});
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', line => {
        log.line(line);
        this.lastLines.push(line);
        if (this.lastLines.length > keptLines) {
          this.lastLines.shift();
        }
        options.onLine?.(line);
      });
    }
    const forget = options.ending.onForce(() => this.#killGroup());
    this.exited = new Promise<string>(resolve => {
      child.once('error', error => resolve(error.message));
      // Whatever it started goes with it.
      child.once('exit', () => this.#killGroup());
      child.once('close', (code, signal) =>
        resolve(signal ? `ended by ${signal}` : `ended with code ${code}`),
      );
    }).then(how => {
      this.#ended = true;
      forget();
      log.close();
      return how;
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it: politely, and by force if it takes too long. */
  async stop(): Promise<void> {
    if (!this.#ended) {
      this.#child.kill('SIGTERM');
    }
    const timer = setTimeout(() => this.#killGroup(), shutdownTimeout);
    await this.exited;
    clearTimeout(timer);
  }

  #killGroup(): void {
    try {
      process.kill(-this.#child.pid!, 'SIGKILL');
    } catch {
      // All of it is gone.
    }
  }
}
