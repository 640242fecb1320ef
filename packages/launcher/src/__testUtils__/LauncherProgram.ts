import {
  type ChildProcess,
  spawn,
  type SpawnOptions,
} from 'node:child_process';
import { join } from 'node:path';

/** A program of this folder as a process of its own, and what it prints. */
export class LauncherProgram {
  readonly child: ChildProcess;
  #output = '';
  readonly #ended: Promise<number | NodeJS.Signals>;

  constructor(name: string, args: string[], options: SpawnOptions = {}) {
    this.child = spawn(
      process.execPath,
      [
        '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
        join(__dirname, `${name}.ts`),
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options },
    );
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', text => {
        this.#output += text;
      });
    }
    this.#ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve(code ?? signal!));
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until it has printed something; fails when it ends without. */
  async printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const ended = await Promise.race([
        new Promise<undefined>(resolve => {
          this.child.stdout!.once('data', () => resolve(undefined));
          this.child.stderr!.once('data', () => resolve(undefined));
        }),
        this.#ended,
      ]);
      if (ended !== undefined && !this.#output.includes(text)) {
        throw new Error(
          `Ended with ${ended} before “${text}”:\n${this.#output}`,
        );
      }
    }
  }

  /** The exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals> {
    return this.#ended;
  }

  /** Ends it and all it started, whatever state it is in. */
  async destroy(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#ended;
  }
}
