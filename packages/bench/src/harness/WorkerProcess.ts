// A contender in a process of its own: it neither waits for another's event
// loop nor sees what another one changes globally.
import { fork, type ChildProcess } from 'node:child_process';

type Answer = { call: number; value?: unknown; error?: string };

/** How `npm start` runs the backend; all contenders get the same. */
const AS_THE_PORTAL = ['--max-semi-space-size=8'];

/** A process that runs a script written with `serve`. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #calls = new Map<
    number,
    { resolve(value: any): void; reject(error: Error): void } // any: what each method gives
  >();
  #made = 0;
  #ended = false;
  readonly #exited: Promise<void>;

  private constructor(script: string) {
    this.#child = fork(require.resolve(`../${script}.ts`), {
      execArgv: [...process.execArgv, ...AS_THE_PORTAL],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child.on('message', (answer: Answer) => this.#settle(answer));
    this.#exited = new Promise(resolve =>
      this.#child.once('exit', (code, signal) => {
        this.#ended = true;
        const error = new Error(`${script} ended with ${code ?? signal}`);
        this.#calls.forEach(call => call.reject(error));
        this.#calls.clear();
        resolve();
      }),
    );
  }

  /**
   * @param script - below `src`, without its ending
   * @param options - what the script's `open` is called with
   */
  static async start(script: string, options: object): Promise<WorkerProcess> {
    const worker = new WorkerProcess(script);
    await worker.call('open', options);
    return worker;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** @throws what the method throws, or when the process ends meanwhile */
  call<T>(method: string, argument: object = {}): Promise<T> {
    if (this.#ended) {
      return Promise.reject(new Error('The process has ended'));
    }
    const call = (this.#made += 1);
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.#child.send({ call, method, argument });
    });
  }

  /** Lets it close what it has open. */
  async stop(): Promise<void> {
    if (!this.#ended) {
      await this.call('close');
      this.#child.disconnect();
    }
    await this.#exited;
  }

  /** SIGKILL: it gets no chance to do anything. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #settle({ call, value, error }: Answer): void {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    if (error === undefined) {
      waiting?.resolve(value);
    } else {
      waiting?.reject(new Error(error));
    }
  }
}
