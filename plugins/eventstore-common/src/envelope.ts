import type { Actor } from './actor';
import type { EventContext } from './context';
import type {
  AggregateId,
  AggregateType,
  EventId,
  InstanceId,
} from './identifiers';
import type { Position, Version } from './position';

/**
 * An event as it stands in the log, with its payload brought up to the newest
 * revision its definition knows.
 *
 * @public
 */
export interface EventEnvelope<
  TType extends string = string,
  TPayload = unknown,
> {
  /** Place in the whole log, from 1, without holes. */
  readonly position: Position;
  readonly id: EventId;
  readonly instance: InstanceId;
  readonly aggregateType: AggregateType;
  readonly aggregateId: AggregateId;
  /** Place in its aggregate, from 1, without holes. */
  readonly version: Version;
  readonly type: TType;
  /** The revision of `payload`, after upcasting. */
  readonly revision: number;
  readonly payload: TPayload;
  readonly actor: Actor;
  readonly context: EventContext;
  /**
   * When the log accepted it: ISO 8601 in UTC with milliseconds. Never earlier
   * than that of a lower position, even if the database's clock steps back.
   */
  readonly recordedAt: string;
}
