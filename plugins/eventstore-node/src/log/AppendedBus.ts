import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import {
  APPENDED_CHANNEL,
  NOTIFY_INTERVAL_MS,
  type AppendedNotice,
} from './EventLog';

/**
 * Says that events were stored: at once to listeners in this process, and to
 * other processes by NOTIFY.
 *
 * A NOTIFY holds a lock of the whole server until its commit, so it is not part
 * of a batch's transaction and is sent at most once per interval. It does not
 * wait for the disk: what it tells of is already there.
 */
export class AppendedBus {
  readonly #knex: Knex;
  readonly #logger?: LoggerService;
  readonly #listeners = new Set<(notice: AppendedNotice) => void>();
  #untold = 0;
  #sending?: Promise<void>;
  #timer?: NodeJS.Timeout;
  #lastSentAt = -Infinity;

  constructor(options: { knex: Knex; logger?: LoggerService }) {
    this.#knex = options.knex;
    this.#logger = options.logger;
  }

  subscribe(listener: (notice: AppendedNotice) => void): () => void {
    // A function of its own, so that one listener may be given twice.
    const own = (notice: AppendedNotice) => listener(notice);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  publish(position: Position): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener({ position });
      } catch (error) {
        this.#logger?.error(
          'A listener to appended events failed',
          error as Error,
        );
      }
    }
    this.#untold = Math.max(this.#untold, position);
    this.#schedule();
  }

  /** Sends what has not been told yet. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#sending;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#untold > 0) {
      await this.#send();
    }
  }

  #schedule(): void {
    if (this.#timer || this.#sending) {
      return;
    }
    const wait = this.#lastSentAt + NOTIFY_INTERVAL_MS - performance.now();
    if (wait <= 0) {
      void this.#send();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, wait);
  }

  async #send(): Promise<void> {
    const position = this.#untold;
    this.#untold = 0;
    this.#lastSentAt = performance.now();
    this.#sending = this.#notify(position);
    await this.#sending;
    this.#sending = undefined;
    if (this.#untold > 0) {
      this.#schedule();
    }
  }

  async #notify(position: number): Promise<void> {
    try {
      await this.#knex.raw(
        `select set_config('synchronous_commit', 'off', true), pg_notify(?, ?)`,
        [APPENDED_CHANNEL, String(position)],
      );
    } catch (error) {
      // A hint only: other processes poll as well.
      this.#logger?.debug(`Could not notify of position ${position}: ${error}`);
    }
  }
}
