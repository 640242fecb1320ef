import type {
  AggregateId,
  ClaimChange,
  EventId,
} from '@callboard/plugin-eventstore-common';

/**
 * An append that has been checked and encoded and only waits to be written.
 */
export interface PreparedAppend {
  readonly instance: string;
  readonly actor: string;
  readonly actorKey: string;
  readonly context: string;
  readonly correlationId: string | null;
  readonly parts: readonly PreparedPart[];
  readonly claims: readonly PreparedClaim[];
  /**
   * What must not be touched twice in one batch, so that appends in a batch
   * can be judged independently of one another.
   */
  readonly exclusiveKeys: readonly string[];
  /**
   * Aggregates to which events are added at whatever version they are. Whose a
   * new one is, the first append to it decides: those of different instances
   * must not be judged in one batch.
   */
  readonly sharedKeys: readonly string[];
  /** Ids came from the caller: it may repeat an append that was stored. */
  readonly idsFromCaller: boolean;
  readonly eventCount: number;
  readonly bytes: number;
}

export interface PreparedPart {
  readonly aggregate: AggregateId;
  /** -1 stands for any. */
  readonly expected: number;
  readonly events: readonly PreparedEvent[];
}

export interface PreparedEvent {
  readonly id: EventId;
  readonly type: string;
  readonly revision: number;
  readonly payload: string;
}

export interface PreparedClaim {
  readonly change: ClaimChange;
  readonly instance: string;
  /** As stored: the value or its digest. */
  readonly value: string;
  readonly owner: AggregateId;
}
