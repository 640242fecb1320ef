/** Looks for what is due, again and again, until it is stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Expiry } from './Expiry';
import type { Removals } from './Removals';

export interface ProcessLoopOptions {
  readonly expiry: Expiry;
  readonly removals: Removals;
  readonly logger: LoggerService;
  /** Between two looks for what has ended, in ms; 1,000 when left out. */
  readonly expiryMs?: number;
  /**
   * Between two looks for removals that stand still, in ms; 60,000 when left
   * out. Jobs move them on; this is for those whose job was discarded.
   */
  readonly removalMs?: number;
}

/**
 * Every node may run one. What two of them do at the same time has one effect.
 */
export class ProcessLoop {
  readonly #options: ProcessLoopOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void>[] = [];

  constructor(options: ProcessLoopOptions) {
    this.#options = options;
  }

  start(): void {
    const {
      expiry,
      removals,
      expiryMs = 1_000,
      removalMs = 60_000,
    } = this.#options;
    this.#running = [
      this.#repeat(expiryMs, () => expiry.run(new Date())),
      this.#repeat(removalMs, () => removals.advanceAll()),
    ];
  }

  /** Lets the step under way finish. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #repeat(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        if (!signal.aborted) {
          this.#options.logger.warn(`IAM's processes wait: ${error}`);
        }
      }
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
