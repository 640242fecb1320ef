import {
  BadArgumentError,
  limits,
  position,
  type EventRegistry,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { PersonalData } from '../../personal/PersonalData';
import type { EventBatch, EventFilter, UnreadableEvent } from '../EventLog';
import { and, checkFilter, checkLimit, conditionsOf } from './filters';
import { positionBefore, readHead } from './readHead';
import { decodeRows, EVENT_COLUMNS, selectRows } from './selectEvents';

/**
 * A filtered read looks at no more than so many positions, so that a rare type
 * in a long log costs many short statements and not one long one.
 */
const SCAN_WINDOW = 50_000;

const HEAD =
  '(select position from events order by position desc limit 1) as head';
const HEAD_COLUMN = 11;

/**
 * The next events after a position, in order, and how far the log has been
 * looked at.
 *
 * The head is read by the same statement as the events: both are of one moment,
 * and whatever is up to the head is visible, since positions are given in
 * commit order.
 *
 * @param options - `through`: look no further than this position
 * @throws BadArgumentError when `after` is beyond the head
 */
export async function readBatch(
  log: { knex: Knex; registry: EventRegistry; personal: PersonalData },
  options: {
    after: Position;
    through?: Position;
    limit?: number;
    filter?: EventFilter;
    onUnreadable?: (event: UnreadableEvent) => void;
  },
): Promise<EventBatch> {
  const after = position(options.after, 'after');
  const through =
    options.through === undefined
      ? Number.MAX_SAFE_INTEGER
      : position(options.through, 'through');
  const limit = checkLimit(options.limit, {
    byDefault: 1_000,
    atMost: limits.batchSize,
  });
  const filter = checkFilter(options.filter);
  const conditions = conditionsOf(filter);
  const first = filter.since
    ? Math.max(after, await positionBefore(log.knex, filter.since))
    : after;
  const last =
    conditions.length > 0 ? Math.min(first + SCAN_WINDOW, through) : through;

  const select = (until: number) => {
    const where = and([
      { sql: 'position > ? and position <= ?', bindings: [first, until] },
      ...conditions,
    ]);
    return selectRows(
      log.knex,
      `select ${EVENT_COLUMNS}, ${HEAD} from events
        where ${where.sql} order by position limit ?`,
      [...where.bindings, limit],
    );
  };

  let rows = await select(last);
  let head: number;
  if (rows.length > 0) {
    head = Number(rows[0]![HEAD_COLUMN]);
  } else {
    // Nothing was there, but up to where? Look at the head, and then once more
    // at what was visible by then.
    head = (await readHead(log.knex)).position;
    if (head < after) {
      throw new BadArgumentError(
        'after',
        `${after} is beyond the head of the log, ${head}`,
      );
    }
    rows = head > first ? await select(Math.min(last, head)) : [];
  }
  const events = await decodeRows(rows, {
    ...log,
    onUnreadable: options.onUnreadable,
  });
  return {
    events,
    through:
      rows.length === limit
        ? (Number(rows.at(-1)![0]) as Position)
        : (Math.max(after, Math.min(last, head)) as Position),
    head: head as Position,
  };
}

/**
 * Batches from a position on, until the head as it is when the read gets there.
 * The next batch is fetched while the caller works on the last one.
 */
export async function* readAll(
  log: { knex: Knex; registry: EventRegistry; personal: PersonalData },
  options: {
    after?: Position;
    through?: Position;
    batchSize?: number;
    filter?: EventFilter;
    onUnreadable?: (event: UnreadableEvent) => void;
  },
): AsyncGenerator<EventBatch> {
  const filter = checkFilter(options.filter);
  let through = options.through;
  if (filter.before) {
    const end = await positionBefore(log.knex, filter.before);
    through = Math.min(end, through ?? end) as Position;
  }
  const fetch = (after: Position) =>
    readBatch(log, {
      after,
      through,
      limit: checkLimit(options.batchSize, {
        byDefault: 1_000,
        atMost: limits.batchSize,
        field: 'batchSize',
      }),
      filter: options.filter,
      onUnreadable: options.onUnreadable,
    });

  let next: Promise<EventBatch> | undefined = fetch(
    options.after ?? (0 as Position),
  );
  while (next) {
    const batch: EventBatch = await next;
    const done =
      batch.through >= batch.head ||
      (through !== undefined && batch.through >= through);
    next = done ? undefined : fetch(batch.through);
    // Whoever stops iterating never looks at it; its failure is not news then.
    next?.catch(() => {});
    if (batch.events.length > 0) {
      yield batch;
    }
  }
}
