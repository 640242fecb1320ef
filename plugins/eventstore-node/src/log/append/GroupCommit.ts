import {
  BusyError,
  ShuttingDownError,
} from '@callboard/plugin-eventstore-common';

/** What waits to be written together with others. */
export interface GroupCommitItem {
  /** No other item of a batch may have any of these, in either list. */
  readonly exclusiveKeys: readonly string[];
  /** Items of a batch may have these in common. */
  readonly sharedKeys: readonly string[];
  readonly eventCount: number;
  readonly bytes: number;
}

export interface GroupCommitOptions<TItem, TResult> {
  /** Writes a batch; settles each item by its index. Never rejects. */
  write(items: readonly TItem[]): Promise<readonly Settled<TResult>[]>;
  /** A batch is closed once it has this many events or bytes. */
  maxBatchEvents: number;
  maxBatchBytes: number;
  /** Past these, callers are told that it is busy. */
  maxQueuedItems: number;
  maxQueuedBytes: number;
}

export type Settled<TResult> = { value: TResult } | { error: unknown };

interface Waiting<TItem, TResult> {
  readonly item: TItem;
  resolve(value: TResult): void;
  reject(error: unknown): void;
}

/**
 * Writes what many callers bring in few batches, one at a time.
 *
 * IDLE: nothing waits. An item comes: SCHEDULED.
 *
 * SCHEDULED: a batch will be formed when the callbacks that are due have run,
 * so that everyone who was woken by the last batch can bring the next item.
 * Then: WRITING.
 *
 * WRITING: one batch is under way; what comes meanwhile waits and forms the
 * next one. There is no timer: a lone caller waits for nobody, and the busier
 * it is the larger the batches get. Afterwards: SCHEDULED when something waits,
 * else IDLE.
 *
 * Two items that share a key are never in the same batch (unless both hold it
 * as a shared one), and keep their order: once an item has to wait, later ones
 * with any of its keys wait behind it.
 *
 * Closing refuses new items and goes on until nothing waits, or until the time
 * for it is over; what has not been given to `write` by then is refused.
 */
export class GroupCommit<TItem extends GroupCommitItem, TResult> {
  readonly #options: GroupCommitOptions<TItem, TResult>;
  #queue: Waiting<TItem, TResult>[] = [];
  #queuedBytes = 0;
  #active = false;
  #closing = false;
  #whenIdle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<TItem, TResult>) {
    this.#options = options;
  }

  /** Items that wait, those being written left out. */
  get queued(): number {
    return this.#queue.length;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * @throws BusyError, ShuttingDownError: the item was not taken
   */
  submit(item: TItem): Promise<TResult> {
    if (this.#closing) {
      return Promise.reject(new ShuttingDownError());
    }
    const { maxQueuedItems, maxQueuedBytes } = this.#options;
    if (
      this.#queue.length >= maxQueuedItems ||
      (this.#queue.length > 0 &&
        this.#queuedBytes + item.bytes > maxQueuedBytes)
    ) {
      return Promise.reject(new BusyError());
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      this.#queuedBytes += item.bytes;
      if (!this.#active) {
        this.#active = true;
        setImmediate(() => this.#run());
      }
    });
  }

  /** Takes nothing more, and waits until all that was taken is written. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    if (!this.#active) {
      return;
    }
    const timer = setTimeout(() => {
      const refused = this.#queue;
      this.#queue = [];
      this.#queuedBytes = 0;
      refused.forEach(waiting => waiting.reject(new ShuttingDownError()));
    }, timeoutMs);
    await new Promise<void>(resolve => this.#whenIdle.push(resolve));
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      const settled = await this.#options.write(
        batch.map(waiting => waiting.item),
      );
      batch.forEach((waiting, index) => {
        const outcome = settled[index]!;
        if ('value' in outcome) {
          waiting.resolve(outcome.value);
        } else {
          waiting.reject(outcome.error);
        }
      });
      // Lets those who were just answered bring their next item.
      await new Promise(resolve => setImmediate(resolve));
    }
    this.#active = false;
    this.#whenIdle.splice(0).forEach(resolve => resolve());
  }

  #takeBatch(): Waiting<TItem, TResult>[] {
    const { maxBatchEvents, maxBatchBytes } = this.#options;
    const batch: Waiting<TItem, TResult>[] = [];
    const later: Waiting<TItem, TResult>[] = [];
    const exclusive = new Set<string>();
    const shared = new Set<string>();
    let events = 0;
    let bytes = 0;
    let index = 0;
    for (; index < this.#queue.length; index++) {
      const waiting = this.#queue[index]!;
      const { item } = waiting;
      const full =
        batch.length > 0 &&
        (events + item.eventCount > maxBatchEvents ||
          bytes + item.bytes > maxBatchBytes);
      if (full) {
        break;
      }
      const blocked =
        item.exclusiveKeys.some(key => exclusive.has(key) || shared.has(key)) ||
        item.sharedKeys.some(key => exclusive.has(key));
      for (const key of item.exclusiveKeys) {
        exclusive.add(key);
      }
      for (const key of item.sharedKeys) {
        (blocked ? exclusive : shared).add(key);
      }
      if (blocked) {
        later.push(waiting);
      } else {
        batch.push(waiting);
        events += item.eventCount;
        bytes += item.bytes;
      }
    }
    this.#queue =
      later.length === 0
        ? this.#queue.slice(index)
        : later.concat(this.#queue.slice(index));
    this.#queuedBytes -= bytes;
    return batch;
  }
}
