/**
 * Runs a task again and again: when the pause that it asked for is over, and at
 * once when it is called. The task never runs twice at a time.
 */
export class Ticker {
  readonly #task: () => Promise<number>;
  readonly #onError: (error: unknown) => void;
  readonly #pauseAfterErrorMs: number;
  #timer?: NodeJS.Timeout;
  #ticking?: Promise<void>;
  #again = false;
  #running = false;

  /** @param task - gives the milliseconds until it is to run again */
  constructor(
    task: () => Promise<number>,
    options: { onError(error: unknown): void; pauseAfterErrorMs: number },
  ) {
    this.#task = task;
    this.#onError = error => options.onError(error);
    this.#pauseAfterErrorMs = options.pauseAfterErrorMs;
  }

  get running(): boolean {
    return this.#running;
  }

  /** From now on a tick is followed by another. */
  async start(): Promise<void> {
    this.#running = true;
    await this.tick();
  }

  /** Lets a tick under way finish. */
  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    await this.#ticking?.catch(() => {});
  }

  /** Ticks now. When a tick is under way, another follows it. */
  async tick(): Promise<void> {
    if (this.#ticking) {
      this.#again = true;
      await this.#ticking;
      return;
    }
    clearTimeout(this.#timer);
    this.#ticking = this.#tickUntilDone();
    try {
      await this.#ticking;
    } finally {
      this.#ticking = undefined;
    }
  }

  async #tickUntilDone(): Promise<void> {
    let pause = this.#pauseAfterErrorMs;
    do {
      this.#again = false;
      try {
        pause = await this.#task();
      } catch (error) {
        this.#onError(error);
      }
    } while (this.#again && this.#running);
    if (this.#running) {
      this.#timer = setTimeout(() => void this.tick(), pause);
    }
  }
}
