import type {
  Actor,
  AggregateId,
  ClaimChange,
  EventContext,
  EventEnvelope,
  EventId,
  InstanceId,
  NewEvent,
  Position,
  Version,
} from '@callboard/plugin-eventstore-common';

/**
 * The version an append was decided on: an exact one (0: the aggregate has no
 * event yet), or `any` for facts that no decision stands behind (a webhook
 * delivery, an audit record).
 *
 * @public
 */
export type ExpectedVersion = Version | 'any';

/**
 * The part of an append that concerns one aggregate. Without events it is a
 * guard: the append happens only while the aggregate is at this version.
 *
 * @public
 */
export interface AggregateAppend {
  readonly id: AggregateId;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
}

/**
 * Events of one or many aggregates, and claims, that are stored together or
 * not at all.
 *
 * @public
 */
export interface AppendRequest {
  readonly instance: InstanceId;
  readonly aggregates: readonly AggregateAppend[];
  readonly claims?: readonly ClaimChange[];
  readonly actor: Actor;
  readonly context: EventContext;
}

/**
 * Where an append's events are in the log.
 *
 * @public
 */
export interface AppendResult {
  /** Of the last event; the log's head when the append had none. */
  readonly position: Position;
  /** Every event of the append in its order; they follow one another. */
  readonly events: readonly {
    readonly id: EventId;
    readonly aggregateId: AggregateId;
    readonly version: Version;
    readonly position: Position;
  }[];
  /** ISO 8601, as in the envelope. */
  readonly recordedAt: string;
  /** The same append was stored before; this is where. */
  readonly duplicate: boolean;
}

/**
 * The end of the log.
 *
 * @public
 */
export interface LogHead {
  /** Of the last event; 0 when there is none. */
  readonly position: Position;
  /** Of the last event. */
  readonly recordedAt?: string;
}

/**
 * Which events are wanted. All conditions given have to hold; a list holds
 * when one of its members does.
 *
 * @public
 */
export interface EventFilter {
  readonly instance?: InstanceId;
  readonly types?: readonly string[];
  readonly aggregateTypes?: readonly string[];
  readonly aggregateId?: AggregateId;
  readonly actor?: Actor;
  readonly correlationId?: string;
  /** Recorded at or after. */
  readonly since?: Date;
  /** Recorded before. */
  readonly before?: Date;
}

/**
 * A piece of the log for machines.
 *
 * @public
 */
export interface EventBatch {
  /** In order of position. */
  readonly events: readonly EventEnvelope[];
  /**
   * Every event up to here has been looked at, so a checkpoint may move here
   * even when the filter left the last ones out.
   */
  readonly through: Position;
  /** The head when the batch was read; `through === head` means caught up. */
  readonly head: Position;
}

/**
 * An event that is in the log but cannot be decoded: it was stored by a newer
 * release, or has been tampered with.
 *
 * @public
 */
export interface UnreadableEvent extends Omit<EventEnvelope, 'payload'> {
  readonly error: Error;
}

/**
 * A page of the log for people.
 *
 * @public
 */
export interface EventPage {
  readonly events: readonly EventEnvelope[];
  /** Opaque; give it back to get the next page. Absent on the last one. */
  readonly nextCursor?: string;
}

/**
 * Told after events were stored by this process. A hint: it may be lost, and
 * says nothing of what other processes store.
 *
 * @public
 */
export interface AppendedNotice {
  /** Of the last event stored. */
  readonly position: Position;
}

/**
 * The PostgreSQL channel on which every process says that it stored events.
 * The payload is the position of the last one, in decimal digits. Sent at most
 * once per {@link NOTIFY_INTERVAL_MS} and process; a hint like
 * {@link AppendedNotice}.
 *
 * @public
 */
export const APPENDED_CHANNEL = 'eventstore_appended';

/** @public */
export const NOTIFY_INTERVAL_MS = 15;

/**
 * The log: every event of every context, in one order.
 *
 * @public
 */
export interface EventLog {
  /**
   * Stores events. Repeating an append with the same event ids changes nothing
   * and gives the first answer.
   *
   * @throws WrongVersionError, WrongInstanceError, ClaimTakenError,
   * ClaimNotHeldError, EventIdTakenError, UnknownTypeError,
   * PayloadInvalidError, TooLargeError, BadArgumentError: nothing was stored
   * @throws BusyError, ShuttingDownError: nothing was stored; try again later
   * @throws StoreUnreachableError: not known whether it was stored; repeat it
   */
  append(request: AppendRequest): Promise<AppendResult>;

  /**
   * The events of one aggregate in order of version.
   *
   * @param options - `after`: leave out events up to this version; `through`:
   * leave out events after this position (to see a past state); `limit`: at
   * most so many; `personalContext`: false leaves out from where people acted,
   * which saves time
   */
  readAggregate(
    id: AggregateId,
    options?: {
      after?: Version;
      through?: Position;
      limit?: number;
      personalContext?: boolean;
    },
  ): Promise<EventEnvelope[]>;

  /** The version of an aggregate's last event; 0 when it has none. */
  versionOf(id: AggregateId): Promise<Version>;

  /** The position of an aggregate's last event; 0 when it has none. */
  positionOf(id: AggregateId): Promise<Position>;

  /**
   * The next piece of the log after a position, one bounded read. What a
   * spooler calls in a loop.
   *
   * @param options - `limit`: at most so many events, 1,000 when left out;
   * `onUnreadable`: told of each event that cannot be decoded, which is then
   * left out of the batch; when it is not given, such an event makes the read
   * fail; `personalContext`: with the addresses and agents of people, which
   * take time to decrypt and are left out otherwise
   * @throws BadArgumentError when `after` is beyond the head
   */
  readBatch(options: {
    after: Position;
    limit?: number;
    filter?: EventFilter;
    onUnreadable?: (event: UnreadableEvent) => void;
    personalContext?: boolean;
  }): Promise<EventBatch>;

  /**
   * The log from a position to the head as it is when the read gets there (or
   * through a given position), in batches.
   */
  readAll(options?: {
    after?: Position;
    through?: Position;
    batchSize?: number;
    filter?: EventFilter;
    onUnreadable?: (event: UnreadableEvent) => void;
    personalContext?: boolean;
  }): AsyncIterable<EventBatch>;

  /**
   * Newest first, for people. An event that cannot be decoded is shown as it
   * was stored.
   *
   * @throws BadArgumentError when the cursor is not one of this filter's
   */
  readPage(options?: {
    filter?: EventFilter;
    limit?: number;
    cursor?: string;
    /** Leave out events after this position. */
    through?: Position;
  }): Promise<EventPage>;

  /** One event by its id. */
  readEvent(id: EventId): Promise<EventEnvelope | undefined>;

  head(): Promise<LogHead>;

  /**
   * Which log this is: another one once it has been restored from a backup.
   * Positions of different incarnations have nothing to do with one another.
   */
  incarnation(): Promise<string>;

  /** The position of the last event recorded at or before a time; else 0. */
  positionAt(time: Date): Promise<Position>;

  /**
   * Calls the listener after events were stored by this process.
   *
   * @returns a function that ends it
   */
  subscribe(listener: (notice: AppendedNotice) => void): () => void;
}
