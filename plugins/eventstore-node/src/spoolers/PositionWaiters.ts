import type { Position } from '@callboard/plugin-eventstore-common';
import { pause } from './pause';

/** Those who wait in this process until a spooler has reached a position. */
export class PositionWaiters {
  #waiters: { position: Position; resolve: () => void }[] = [];

  /** Waits until the position is reached, or the time is over. */
  async wait(
    position: Position,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<void> {
    const waiter = { position, resolve: () => {} };
    this.#waiters.push(waiter);
    try {
      await pause(options.timeoutMs, options.signal, stop => {
        waiter.resolve = stop;
      });
    } finally {
      this.#waiters = this.#waiters.filter(other => other !== waiter);
    }
  }

  reached(position: Position): void {
    const reached = this.#waiters.filter(w => w.position <= position);
    if (reached.length > 0) {
      this.#waiters = this.#waiters.filter(w => w.position > position);
      reached.forEach(({ resolve }) => resolve());
    }
  }
}
