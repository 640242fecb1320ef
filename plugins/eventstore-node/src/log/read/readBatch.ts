import {
  BadArgumentError,
  limits,
  position,
  START,
  type EventRegistry,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { PersonalData } from '../../personal/PersonalData';
import type { EventBatch, EventFilter, UnreadableEvent } from '../EventLog';
import { and, checkFilter, checkLimit, conditionsOf } from './filters';
import { positionBefore, readHead } from './readHead';
import {
  decodeRows,
  EVENT_COLUMNS,
  selectRows,
  type TextRow,
} from './selectEvents';

/**
 * A filtered read looks at no more than so many positions, so that a rare type
 * in a long log costs many short statements and not one long one.
 */
const SCAN_WINDOW = 50_000;

/**
 * A read of types first looks at so many times the positions it needs: what
 * spoolers ask for is rarely rarer.
 */
const NEARBY = 2;

const HEAD =
  '(select position from events order by position desc limit 1) as head';
const HEAD_COLUMN = 11;

const DEFAULT_LIMIT = 1_000;

interface BatchOptions {
  after: Position;
  through?: Position;
  limit?: number;
  filter?: EventFilter;
  onUnreadable?: (event: UnreadableEvent) => void;
  personalContext?: boolean;
}

interface Log {
  knex: Knex;
  registry: EventRegistry;
  personal: PersonalData;
}

/** A batch whose events are not decoded yet. */
interface RowBatch extends Omit<EventBatch, 'events'> {
  readonly rows: TextRow[];
}

/**
 * The next events after a position, in order, and how far the log has been
 * looked at.
 *
 * @param options - `through`: look no further than this position
 * @throws BadArgumentError when `after` is beyond the head
 */
export async function readBatch(
  log: Log,
  options: BatchOptions,
): Promise<EventBatch> {
  return decodeBatch(log, await readRows(log.knex, options), options);
}

/**
 * Batches from a position on, until the head as it is when the read gets there.
 * The database works on the next batch while this one is decoded and used.
 */
export async function* readAll(
  log: Log,
  options: Omit<BatchOptions, 'after' | 'limit'> & {
    after?: Position;
    batchSize?: number;
  },
): AsyncGenerator<EventBatch> {
  const { before } = checkFilter(options.filter);
  let { through } = options;
  if (before) {
    const end = await positionBefore(log.knex, before);
    through = Math.min(end, through ?? end) as Position;
  }
  const limit = checkLimit(options.batchSize, {
    byDefault: DEFAULT_LIMIT,
    atMost: limits.batchSize,
    field: 'batchSize',
  });
  const read = (after: Position) =>
    readRows(log.knex, { after, through, limit, filter: options.filter });

  let next: Promise<RowBatch> | undefined = read(options.after ?? START);
  while (next) {
    const batch: RowBatch = await next;
    const done =
      batch.through >= batch.head ||
      (through !== undefined && batch.through >= through);
    next = done ? undefined : read(batch.through);
    // Whoever stops iterating never looks at it; its failure is not news then.
    next?.catch(() => {});
    if (batch.rows.length > 0) {
      yield await decodeBatch(log, batch, options);
    }
  }
}

/**
 * The head is read by the same statement as the events: both are of one moment,
 * and whatever is up to the head is visible, since positions are given in
 * commit order.
 */
async function readRows(knex: Knex, options: BatchOptions): Promise<RowBatch> {
  const after = position(options.after, 'after');
  const through =
    options.through === undefined
      ? Number.MAX_SAFE_INTEGER
      : position(options.through, 'through');
  const limit = checkLimit(options.limit, {
    byDefault: DEFAULT_LIMIT,
    atMost: limits.batchSize,
  });
  const filter = checkFilter(options.filter);
  const conditions = conditionsOf(filter);
  const first = filter.since
    ? Math.max(after, await positionBefore(knex, filter.since))
    : after;
  const last = Math.min(
    first + (conditions.length > 0 ? SCAN_WINDOW : limit),
    through,
  );
  const narrowed =
    filter.instance !== undefined ||
    filter.aggregateId !== undefined ||
    filter.actor !== undefined ||
    filter.correlationId !== undefined;
  const nearby = narrowed ? last : Math.min(first + NEARBY * limit, last);

  const select = (from: number, until: number, atMost: number) => {
    const where = and([
      { sql: 'position > ? and position <= ?', bindings: [from, until] },
      ...conditions,
    ]);
    const source = narrowed
      ? { sql: 'events', bindings: [] }
      : inOrder(from, until);
    return selectRows(
      knex,
      `select ${EVENT_COLUMNS}, ${HEAD} from ${source.sql}
        where ${where.sql} order by position limit ?`,
      [...source.bindings, ...where.bindings, atMost],
    );
  };

  let rows = await select(first, nearby, limit);
  let head: number;
  if (rows.length > 0) {
    head = Number(rows[0]![HEAD_COLUMN]);
    const rest = Math.min(last, head);
    if (rows.length < limit && nearby < rest) {
      rows = rows.concat(await select(nearby, rest, limit - rows.length));
    }
  } else {
    // Nothing was there, but up to where? Look at the head, and then once more
    // at what was visible by then.
    head = (await readHead(knex)).position;
    if (head < after) {
      throw new BadArgumentError(
        'after',
        `${after} is beyond the head of the log, ${head}`,
      );
    }
    rows = head > first ? await select(first, Math.min(last, head), limit) : [];
  }
  return {
    rows,
    through: (rows.length === limit
      ? Number(rows.at(-1)![0])
      : Math.max(after, Math.min(last, head))) as Position,
    head: head as Position,
  };
}

/**
 * The rows of a range as a number of rows in order.
 *
 * What was stored since the last ANALYZE is beyond the planner's statistics: of
 * a range of it the planner believes that it holds next to nothing, reads all of
 * it, and sorts it. It does not when only few of many rows are asked for.
 */
function inOrder(from: number, until: number) {
  return {
    sql: `(select * from events where position > ?
             order by position limit ?) as events`,
    bindings: [from, Math.max(until - from, 0)],
  };
}

async function decodeBatch(
  log: Log,
  { rows, through, head }: RowBatch,
  options: Pick<BatchOptions, 'onUnreadable' | 'personalContext'>,
): Promise<EventBatch> {
  const events = await decodeRows(rows, {
    ...log,
    onUnreadable: options.onUnreadable,
    personalContext: options.personalContext ?? false,
  });
  return { events, through, head };
}
