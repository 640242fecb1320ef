import {
  CommandIdReusedError,
  type AggregateId,
  type EventId,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { AppendResult, EventLog } from '../log/EventLog';
import { deriveEventId, type CommandScope } from './deriveEventId';

/**
 * What a command came to. A retry under the same command id gets the same.
 *
 * @public
 */
export interface CommandAnswer {
  /**
   * A view that has reached this position shows the command's effect. When
   * there was nothing to do: the state it was decided on.
   */
  readonly position: Position;
  /** In the order they were decided; none when there was nothing to do. */
  readonly events: readonly {
    readonly id: EventId;
    readonly type: string;
    readonly aggregateId: AggregateId;
    readonly version: Version;
    readonly position: Position;
  }[];
  /** ISO 8601; absent when there was nothing to do. */
  readonly recordedAt?: string;
}

type AnsweredEvent = CommandAnswer['events'][number];

/** The answer of a command whose events have just been stored. */
export function answerTo(
  stored: AppendResult,
  decided: readonly NewEvent[],
): CommandAnswer {
  return {
    position: stored.position,
    events: stored.events.map((event, index) =>
      describe({ ...event, type: decided[index]!.type }),
    ),
    recordedAt: stored.recordedAt,
  };
}

/**
 * What the log has of a command that was given before. Its events follow one
 * another, so they are read from the first one on.
 *
 * @param hash - of the command, to know it again
 * @throws CommandIdReusedError
 */
export async function findAnswer(
  log: EventLog,
  scope: CommandScope,
  hash: string | undefined,
): Promise<CommandAnswer | undefined> {
  const first = await log.readEvent(deriveEventId(scope, 0));
  if (!first) {
    return undefined;
  }
  if (first.context.commandHash !== hash) {
    throw new CommandIdReusedError(scope.commandId);
  }
  const events: AnsweredEvent[] = [];
  let after = (first.position - 1) as Position;
  for (;;) {
    const found: AnsweredEvent[] = [];
    const batch = await log.readBatch({
      after,
      onUnreadable: event => found.push(event),
    });
    found.push(...batch.events);
    found.sort((a, b) => a.position - b.position);
    for (const event of found) {
      if (event.id !== deriveEventId(scope, events.length)) {
        return answerOf(events, first.recordedAt);
      }
      events.push(describe(event));
    }
    if (batch.through >= batch.head) {
      return answerOf(events, first.recordedAt);
    }
    after = batch.through;
  }
}

/** What an answer tells of an event; always in the same order. */
function describe(event: AnsweredEvent): AnsweredEvent {
  return {
    id: event.id,
    type: event.type,
    aggregateId: event.aggregateId,
    version: event.version,
    position: event.position,
  };
}

function answerOf(
  events: CommandAnswer['events'],
  recordedAt: string,
): CommandAnswer {
  return { position: events.at(-1)!.position, events, recordedAt };
}
