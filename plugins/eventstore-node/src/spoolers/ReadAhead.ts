import type { Position } from '@callboard/plugin-eventstore-common';
import type { FeedBatch } from './EventFeed';

/** Reads the next piece of the log while the one before it is written. */
export class ReadAhead {
  readonly #read: (after: Position) => Promise<FeedBatch>;
  #ahead?: { after: Position; batch: Promise<FeedBatch> };

  constructor(read: (after: Position) => Promise<FeedBatch>) {
    this.#read = read;
  }

  /** @param more - whether there will be a next time */
  async next(after: Position, more: () => boolean): Promise<FeedBatch> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const batch = await (ahead?.after === after
      ? ahead.batch
      : this.#read(after));
    if (batch.through < batch.head && more()) {
      const next = this.#read(batch.through);
      // Looked at when its turn comes; until then a failure is not news.
      next.catch(() => {});
      this.#ahead = { after: batch.through, batch: next };
    }
    return batch;
  }

  forget(): void {
    this.#ahead = undefined;
  }
}
