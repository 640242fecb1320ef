import {
  limits,
  type EventEnvelope,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { EventFilter, EventLog, UnreadableEvent } from '../log/EventLog';

/** An event as a spooler gets it. */
export type FeedEvent = EventEnvelope | UnreadableEvent;

/** A piece of the log for one spooler. */
export interface FeedBatch {
  /** In order of position; may include types that were not asked for. */
  readonly events: readonly FeedEvent[];
  /** Every event up to here has been looked at. */
  readonly through: Position;
  readonly head: Position;
}

/** Whether an event could not be decoded, and has no payload. */
export function isUnreadable(event: FeedEvent): event is UnreadableEvent {
  return 'error' in event;
}

/**
 * The log for the spoolers of one process.
 *
 * Those that have caught up all want the same newest events: these are read and
 * decoded once, for all types, and kept for a moment (the tail). One that is
 * far behind reads for itself, only its own types.
 */
export class EventFeed {
  readonly #log: EventLog;
  readonly #batchSize: number;
  /** Newest events, in order and without holes, after `#after`. */
  #tail: FeedEvent[] = [];
  #after = 0 as Position;
  #through = 0 as Position;
  #head = 0 as Position;
  #extending?: Promise<void>;

  constructor(options: { log: EventLog; batchSize: number }) {
    this.#log = options.log;
    this.#batchSize = options.batchSize;
  }

  /**
   * The next piece of the log.
   *
   * @param options - `head`: where the log is known to end; decides whether the
   * reader is far behind
   */
  async read(options: {
    after: Position;
    types: ReadonlySet<string>;
    head: Position;
  }): Promise<FeedBatch> {
    const { after, types, head } = options;
    if (head - after > this.#batchSize) {
      return this.#readAlone(after, types);
    }
    if (after < this.#after || after > this.#through) {
      if (after < this.#through) {
        return this.#readAlone(after, types);
      }
      // Further than the tail: the tail continues from here.
      this.#tail = [];
      this.#after = after;
      this.#through = after;
    }
    if (after === this.#through) {
      this.#extending ??= this.#extend().finally(() => {
        this.#extending = undefined;
      });
      await this.#extending;
      if (after < this.#after || after > this.#through) {
        return this.#readAlone(after, types);
      }
    }
    // Positions have no holes: the place in the tail is known.
    const events = this.#tail.slice(after - this.#after);
    return {
      events,
      through: this.#through,
      head: this.#head,
    };
  }

  async #extend(): Promise<void> {
    const after = this.#through;
    const batch = await readInOrder(this.#log, {
      after,
      limit: this.#batchSize,
    });
    if (this.#through !== after) {
      // The tail was moved meanwhile; this is no continuation of it.
      return;
    }
    this.#tail.push(...batch.events);
    this.#through = batch.through;
    this.#head = batch.head;
    const surplus = this.#tail.length - 2 * this.#batchSize;
    if (surplus > 0) {
      this.#tail = this.#tail.slice(surplus);
      this.#after = (this.#after + surplus) as Position;
    }
  }

  #readAlone(after: Position, types: ReadonlySet<string>): Promise<FeedBatch> {
    return readInOrder(this.#log, {
      after,
      limit: this.#batchSize,
      filter:
        types.size <= limits.filterTypes ? { types: [...types] } : undefined,
    });
  }
}

/** A piece of the log, events that cannot be decoded in their places. */
export async function readInOrder(
  log: EventLog,
  options: { after: Position; limit: number; filter?: EventFilter },
): Promise<FeedBatch> {
  const unreadable: UnreadableEvent[] = [];
  const batch = await log.readBatch({
    ...options,
    onUnreadable: event => unreadable.push(event),
  });
  return {
    events:
      unreadable.length === 0
        ? batch.events
        : [...batch.events, ...unreadable].sort(
            (a, b) => a.position - b.position,
          ),
    through: batch.through,
    head: batch.head,
  };
}
