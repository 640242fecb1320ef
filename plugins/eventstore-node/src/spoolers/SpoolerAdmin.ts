import type {
  AggregateId,
  Position,
  Version,
} from '@callboard/plugin-eventstore-common';
import type { GenerationState, SpoolerKind } from './tables';

/**
 * How a rebuild gets on.
 *
 * @public
 */
export interface RebuildProgress {
  /** Events of the log that have been passed. */
  readonly done: number;
  /** Events there are in the log. */
  readonly total: number;
  /** Events per second. */
  readonly rate: number;
  /** Undefined while there is no rate. */
  readonly secondsLeft: number | undefined;
}

/**
 * One spooler, as the Spoolers screen shows it.
 *
 * @public
 */
export interface SpoolerState {
  readonly kind: SpoolerKind;
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly state: GenerationState;
  readonly position: Position;
  /** Of the log. */
  readonly head: Position;
  readonly lagEvents: number;
  /** Age of the oldest event that it has not got to; 0 when there is none. */
  readonly lagSeconds: number;
  /** The node that leads it; undefined when none does. */
  readonly leader: string | undefined;
  readonly epoch: number;
  /** Events of the log passed per second while there last was work. */
  readonly rate: number;
  /** Events applied by this generation. */
  readonly events: number;
  /** Aggregates in quarantine. */
  readonly quarantined: number;
  /** Why it does not get on; undefined when it does. */
  readonly error: string | undefined;
  /** ISO 8601. */
  readonly failingSince: string | undefined;
  /** While it is being built. */
  readonly rebuild: RebuildProgress | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly liveAt: string | undefined;
}

/**
 * An aggregate with an event that a view could not apply.
 *
 * @public
 */
export interface QuarantinedAggregate {
  readonly aggregateId: AggregateId;
  /** Of the event that failed. */
  readonly version: Version;
  /** Of the event that failed. */
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
  /** What was thrown, with its stack and what caused it. */
  readonly cause: string;
  /** Events of the aggregate that wait because of it, itself included. */
  readonly waiting: number;
  readonly attempts: number;
  /** ISO 8601. */
  readonly failedAt: string;
}

/**
 * What a replay came to.
 *
 * @public
 */
export interface ReplayResult {
  /** Aggregates whose events are all in the view now. */
  readonly healed: number;
  /** Aggregates that failed again. */
  readonly failed: number;
  /**
   * Later events used the same rows, so the order could only be kept by filling
   * the view anew; that has begun, as this generation.
   */
  readonly rebuilding: number | undefined;
  /** Whether the leader answered in time; if not, it still will. */
  readonly pending: boolean;
}

/**
 * What administrators see of the spoolers of one plugin, and can do.
 *
 * @public
 */
export interface SpoolerAdmin {
  /** All generations of all views and reactors. */
  states(): Promise<SpoolerState[]>;

  /**
   * Fills a view anew beside the tables that are read, and puts it in their
   * place when it has caught up. Asking again while that goes on changes
   * nothing.
   *
   * @returns the generation being built
   * @throws UnknownViewError
   */
  rebuild(view: string): Promise<number>;

  /**
   * Gives up a rebuild. What is read stays as it is.
   *
   * @returns false when there is none
   * @throws UnknownViewError
   */
  cancelRebuild(view: string): Promise<boolean>;

  /**
   * What a view (or reactor) has in quarantine, oldest first.
   *
   * @throws UnknownViewError
   */
  quarantined(
    name: string,
    options?: { kind?: SpoolerKind; limit?: number },
  ): Promise<QuarantinedAggregate[]>;

  /**
   * Tries the events in quarantine again, in order.
   *
   * @param options - `aggregateId`: of one aggregate only; `timeoutMs`: how long
   * to wait for the outcome
   * @throws UnknownViewError
   */
  replay(
    name: string,
    options?: {
      kind?: SpoolerKind;
      aggregateId?: AggregateId;
      timeoutMs?: number;
    },
  ): Promise<ReplayResult>;
}
