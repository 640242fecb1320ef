import {
  BadArgumentError,
  type AggregateId,
  type ClaimChange,
  type EventContext,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { AppendRequest } from '../log/EventLog';
import { deriveEventId, type CommandScope } from './deriveEventId';

/** What one attempt at a command came to, before it is stored. */
export interface Decided {
  /** Those without events are guards. */
  readonly aggregates: readonly {
    readonly id: AggregateId;
    readonly expected: Version;
    readonly events: readonly NewEvent[];
  }[];
  readonly claims?: readonly ClaimChange[];
  /** The newest event that was looked at. */
  readonly position: Position;
}

/**
 * The append of a decision; none when it has no event.
 *
 * @throws BadArgumentError when claims change without an event
 */
export function buildAppend(
  decided: Decided,
  scope: CommandScope,
  context: EventContext,
): AppendRequest | undefined {
  let index = 0;
  const aggregates = decided.aggregates.map(({ id, expected, events }) => ({
    id,
    expected,
    events: events.map(event => ({
      ...event,
      id: deriveEventId(scope, index++),
    })),
  }));
  if (index === 0) {
    if (decided.claims?.length) {
      throw new BadArgumentError(
        'decide',
        'claims change only together with an event that tells of it',
      );
    }
    return undefined;
  }
  return {
    instance: scope.instance,
    actor: scope.actor,
    context,
    aggregates,
    claims: decided.claims,
  };
}
