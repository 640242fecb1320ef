import {
  ClaimNotHeldError,
  ClaimTakenError,
  EventIdTakenError,
  WrongInstanceError,
  WrongVersionError,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { AppendResult } from '../EventLog';
import type { AppendEventsAnswer, AppendOutcome } from './callAppendEvents';
import type { Settled } from './GroupCommit';
import type { PreparedAppend } from './PreparedAppend';

type EventPlace = AppendResult['events'][number];

/**
 * What each append of a batch came to: its place in the log, the place where
 * it was stored before, or the reason why it was refused.
 */
export function settleBatch(
  items: readonly PreparedAppend[],
  answer: AppendEventsAnswer,
): Settled<AppendResult>[] {
  const recordedAt = new Date(answer.recordedMs).toISOString();
  let position = answer.base;
  let part = 0;
  let ord = 0;
  return items.map((item, index) => {
    const firstOrd = ord + 1;
    const firstPart = part;
    part += item.parts.length;
    ord += item.eventCount;

    const refused =
      answer.outcome && settleRefused(item, index, firstOrd, answer.outcome);
    if (refused) {
      return refused;
    }
    const events: EventPlace[] = [];
    item.parts.forEach((itemPart, partIndex) => {
      const before =
        answer.outcome?.start[firstPart + partIndex] ?? itemPart.expected;
      itemPart.events.forEach((event, eventIndex) => {
        position += 1;
        events.push({
          id: event.id,
          aggregateId: itemPart.aggregate,
          version: (before + eventIndex + 1) as Version,
          position: position as Position,
        });
      });
    });
    return {
      value: {
        position: position as Position,
        events,
        recordedAt,
        duplicate: false,
      },
    };
  });
}

function settleRefused(
  item: PreparedAppend,
  index: number,
  firstOrd: number,
  outcome: AppendOutcome,
): Settled<AppendResult> | undefined {
  const stored = outcome.stored?.filter(hit => hit.item === index) ?? [];
  if (stored.length > 0) {
    return settleStored(item, firstOrd, stored);
  }
  const conflicts = outcome.conflicts?.filter(hit => hit.item === index) ?? [];
  // Whoever has no business here learns no versions.
  const conflict = conflicts.find(({ foreign }) => foreign) ?? conflicts[0];
  if (conflict) {
    return {
      error: conflict.foreign
        ? new WrongInstanceError(conflict.aggregate)
        : new WrongVersionError(
            conflict.aggregate,
            conflict.expected,
            conflict.actual,
          ),
    };
  }
  const taken = outcome.claims?.find(hit => hit.item === index);
  if (taken) {
    const { change } = item.claims[taken.claim]!;
    const facts = { kind: change.kind, value: change.value };
    return {
      error:
        change.op === 'claim'
          ? new ClaimTakenError({ ...facts, owner: taken.owner! })
          : new ClaimNotHeldError({
              ...facts,
              ...(taken.owner === null ? {} : { owner: taken.owner }),
            }),
    };
  }
  return undefined;
}

/**
 * Event ids of the append are in the log. If they are all there, each on its
 * own aggregate and one after the other, then this is the same append again.
 */
function settleStored(
  item: PreparedAppend,
  firstOrd: number,
  stored: NonNullable<AppendOutcome['stored']>,
): Settled<AppendResult> {
  const byOrd = new Map(stored.map(hit => [hit.ord, hit]));
  const events: EventPlace[] = [];
  let recordedMs = 0;
  for (const part of item.parts) {
    for (const event of part.events) {
      const hit = byOrd.get(firstOrd + events.length);
      const previous = events.at(-1);
      const follows = !previous || hit?.position === previous.position + 1;
      if (!hit?.same || !follows) {
        const foreign = stored.find(other => !other.same) ?? stored[0]!;
        return {
          error: new EventIdTakenError(idOf(item, foreign.ord - firstOrd)),
        };
      }
      recordedMs = hit.recorded_ms;
      events.push({
        id: event.id,
        aggregateId: part.aggregate,
        version: hit.version as Version,
        position: hit.position as Position,
      });
    }
  }
  return {
    value: {
      position: events.at(-1)!.position,
      events,
      recordedAt: new Date(recordedMs).toISOString(),
      duplicate: true,
    },
  };
}

function idOf(item: PreparedAppend, place: number): string {
  return item.parts.flatMap(part => part.events)[place]!.id;
}
