import {
  BusyError,
  ShuttingDownError,
} from '@callboard/plugin-eventstore-common';

/** What waits to be written together with others. */
export interface GroupCommitItem {
  /** No other item of a batch may have any of these, in either list. */
  readonly exclusiveKeys: readonly string[];
  /** Items of a batch that are of one instance may have these in common. */
  readonly sharedKeys: readonly string[];
  readonly instance: string;
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
 * From so many items on, two batches in turn are faster than one: with fewer,
 * what each batch costs by itself outweighs it.
 */
const OVERLAP_FROM = 16;

/**
 * Writes what many callers bring in few batches.
 *
 * IDLE: nothing waits and nothing is written. An item comes: GATHERING.
 *
 * GATHERING: items wait and no batch is under way. A batch is formed when the
 * callbacks that are due have run, so that everyone who was woken by the last
 * batch can bring the next item; or already when half as many have come as the
 * last two batches had, so that the database need not wait for the others.
 * Then: WRITING.
 *
 * WRITING: one batch is under way; what comes meanwhile waits. When at least
 * half as many wait as are under way, they form a second batch: OVERLAPPING.
 * When the batch is done: GATHERING if something waits, else IDLE.
 *
 * OVERLAPPING: two batches are under way, of which the database works on one
 * while this process prepares or answers the other. What comes waits. When one
 * is done: WRITING.
 *
 * There is no timer: a lone caller waits for nobody, and the busier it is the
 * larger the batches get.
 *
 * Two items that share a key are never under way at the same time (unless both
 * hold it as a shared one, are of one instance and in the same batch), and keep
 * their order: once
 * an item has to wait, later ones with any of its keys wait behind it.
 *
 * Closing refuses new items and goes on until nothing waits, or until the time
 * for it is over; what has not been given to `write` by then is refused.
 */
export class GroupCommit<TItem extends GroupCommitItem, TResult> {
  readonly #options: GroupCommitOptions<TItem, TResult>;
  #queue: Waiting<TItem, TResult>[] = [];
  #queuedBytes = 0;
  /** Batches under way: two at most. */
  readonly #writing = new Set<readonly Waiting<TItem, TResult>[]>();
  /** Items in the last two batches: about how many callers there are. */
  #recent: [number, number] = [0, 0];
  #due = false;
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
      const [last, before] = this.#recent;
      if (
        this.#writing.size === 0 &&
        last + before >= OVERLAP_FROM &&
        this.#queue.length * 2 >= last + before
      ) {
        this.#writeBatch();
        return;
      }
      this.#schedule();
    });
  }

  /** Takes nothing more, and waits until all that was taken is written. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    if (this.#queue.length === 0 && this.#writing.size === 0) {
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

  #schedule(): void {
    if (!this.#due) {
      this.#due = true;
      setImmediate(() => {
        this.#due = false;
        this.#advance();
      });
    }
  }

  #advance(): void {
    if (this.#queue.length === 0) {
      if (this.#writing.size === 0) {
        this.#whenIdle.splice(0).forEach(resolve => resolve());
      }
      return;
    }
    const [underWay] = this.#writing;
    if (
      !underWay ||
      (this.#writing.size === 1 &&
        underWay.length + this.#queue.length >= OVERLAP_FROM &&
        this.#queue.length * 2 >= underWay.length)
    ) {
      this.#writeBatch();
    }
  }

  #writeBatch(): void {
    const batch = this.#takeBatch();
    if (batch.length === 0) {
      return; // all of it waits for the batch that is under way
    }
    this.#recent = [batch.length, this.#recent[0]];
    this.#writing.add(batch);
    this.#options.write(batch.map(({ item }) => item)).then(settled => {
      this.#writing.delete(batch);
      batch.forEach((waiting, index) => {
        const outcome = settled[index]!;
        if ('value' in outcome) {
          waiting.resolve(outcome.value);
        } else {
          waiting.reject(outcome.error);
        }
      });
      this.#schedule();
    });
  }

  #takeBatch(): Waiting<TItem, TResult>[] {
    const { maxBatchEvents, maxBatchBytes } = this.#options;
    const batch: Waiting<TItem, TResult>[] = [];
    const later: Waiting<TItem, TResult>[] = [];
    const exclusive = new Set<string>();
    /** By the instance that holds it. */
    const shared = new Map<string, string>();
    for (const underWay of this.#writing) {
      for (const { item } of underWay) {
        item.exclusiveKeys.forEach(key => exclusive.add(key));
        item.sharedKeys.forEach(key => exclusive.add(key));
      }
    }
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
        item.sharedKeys.some(
          key =>
            exclusive.has(key) ||
            (shared.get(key) ?? item.instance) !== item.instance,
        );
      for (const key of item.exclusiveKeys) {
        exclusive.add(key);
      }
      for (const key of item.sharedKeys) {
        if (blocked) {
          exclusive.add(key);
        } else {
          shared.set(key, item.instance);
        }
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
