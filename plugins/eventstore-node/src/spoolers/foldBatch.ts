import type { AggregateId } from '@callboard/plugin-eventstore-common';
import { isUnreadable, type FeedEvent } from './EventFeed';
import {
  causeOf,
  touchedKey,
  type FailedEvent,
  type Touched,
} from './operations/quarantine';
import type { Target } from './Target';

/** What folding a batch came to; what is to be written is in the target. */
export interface FoldedBatch {
  readonly applied: number;
  /** By aggregate: the event that failed, and how many wait because of it. */
  readonly failed: ReadonlyMap<AggregateId, FailedEvent>;
  /** Events of aggregates that were in quarantine before. */
  readonly waiting: ReadonlyMap<AggregateId, number>;
  /** Rows and searches used while something was in quarantine. */
  readonly touched: ReadonlyMap<string, Touched>;
}

/** How often one event may need rows that turn out not to be in memory. */
const MAX_ROUNDS = 100;

/**
 * Applies events to a target, in order. An event that fails takes its aggregate
 * out: later events of it only wait. Nothing is written.
 *
 * @param options - `isQuarantined`: of aggregates already taken out; `track`:
 * collect the rows used from the start, not only once an event has failed;
 * `fetch`: reads what the target found missing
 */
export async function foldBatch(
  target: Target,
  events: readonly FeedEvent[],
  options: {
    isQuarantined(id: AggregateId): boolean;
    track: boolean;
    fetch(): Promise<void>;
  },
): Promise<FoldedBatch> {
  const failed = new Map<AggregateId, FailedEvent>();
  const waiting = new Map<AggregateId, number>();
  const touched = new Map<string, Touched>();
  let applied = 0;
  let rounds = 0;

  const takeOut = (event: FeedEvent, error: unknown) =>
    failed.set(event.aggregateId, {
      aggregateId: event.aggregateId,
      version: event.version,
      position: event.position,
      eventId: event.id,
      type: event.type,
      cause: causeOf(error),
      waiting: 1,
    });

  for (let i = 0; i < events.length; i++) {
    const event = events[i]!;
    if (!target.types.has(event.type)) {
      continue;
    }
    const failure = failed.get(event.aggregateId);
    if (failure) {
      failed.set(event.aggregateId, {
        ...failure,
        waiting: failure.waiting + 1,
      });
      continue;
    }
    if (options.isQuarantined(event.aggregateId)) {
      const before = waiting.get(event.aggregateId) ?? 0;
      waiting.set(event.aggregateId, before + 1);
      continue;
    }
    if (isUnreadable(event)) {
      takeOut(event, event.error);
      continue;
    }
    const result = target.apply(event, options.track || failed.size > 0);
    if (result.outcome === 'missing') {
      if (++rounds > MAX_ROUNDS) {
        takeOut(
          event,
          new Error(`The handler of ${event.type} asks for ever more rows`),
        );
        continue;
      }
      discoverFrom(
        i,
        events,
        target,
        id => failed.has(id) || options.isQuarantined(id),
      );
      await options.fetch();
      i--;
      continue;
    }
    rounds = 0;
    if (result.outcome === 'failed') {
      takeOut(event, result.error);
      continue;
    }
    applied++;
    for (const [name, { used, changed }] of result.touched ?? []) {
      const key = touchedKey(name);
      const before = touched.get(key);
      const { position } = event;
      touched.set(key, {
        firstUse: before?.firstUse ?? (used ? position : undefined),
        firstChange: before?.firstChange ?? (changed ? position : undefined),
        lastUse: used ? position : before?.lastUse,
        lastChange: changed ? position : before?.lastChange,
      });
    }
  }
  return { applied, failed, waiting, touched };
}

/** Finds out what the rest of the batch needs, to read it all at once. */
function discoverFrom(
  start: number,
  events: readonly FeedEvent[],
  target: Target,
  isOut: (id: AggregateId) => boolean,
): void {
  for (let i = start; i < events.length; i++) {
    const event = events[i]!;
    if (
      target.types.has(event.type) &&
      !isUnreadable(event) &&
      !isOut(event.aggregateId)
    ) {
      target.discover(event);
    }
  }
}
