import { createHash } from 'node:crypto';
import {
  aggregateTypeOfEvent,
  BadArgumentError,
  limits,
  position,
  UnknownTypeError,
  type EventRegistry,
  type EventType,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { z } from 'zod';
import type { PersonalData } from '../../personal/PersonalData';
import type { EventFilter, EventPage } from '../EventLog';
import {
  and,
  checkFilter,
  checkLimit,
  conditionsOf,
  type CheckedFilter,
  type Condition,
} from './filters';
import { positionBefore } from './readHead';
import {
  decodeRows,
  EVENT_COLUMNS,
  selectRows,
  type TextRow,
} from './selectEvents';
import { storedTypes } from './storedTypes';

const DEFAULT_LIMIT = 50;

/**
 * Before several index ranges are merged, so many of the newest events are
 * simply looked through: mostly they fill the page.
 */
const RECENT = 10_000;

interface Cursor {
  /** Position and version of the last event of the page before. */
  readonly p: number;
  readonly v: number;
}

/**
 * A page of the log, newest first. Whatever the filter, the rows come out of an
 * index in their order; nothing is sorted.
 *
 * @throws BadArgumentError when the cursor is not one of this filter's
 */
export async function readPage(
  log: { knex: Knex; registry: EventRegistry; personal: PersonalData },
  options: {
    filter?: EventFilter;
    limit?: number;
    cursor?: string;
    through?: Position;
  } = {},
): Promise<EventPage> {
  const filter = checkFilter(options.filter);
  const limit = checkLimit(options.limit, {
    byDefault: DEFAULT_LIMIT,
    atMost: limits.pageSize,
  });
  const digest = digestOf(filter);
  const cursor =
    options.cursor === undefined
      ? undefined
      : openCursor(options.cursor, digest);
  const above = filter.since ? await positionBefore(log.knex, filter.since) : 0;
  const upTo = Math.min(
    options.through === undefined
      ? Number.MAX_SAFE_INTEGER
      : position(options.through, 'through'),
    cursor ? cursor.p - 1 : Number.MAX_SAFE_INTEGER,
    filter.before
      ? await positionBefore(log.knex, filter.before)
      : Number.MAX_SAFE_INTEGER,
  );

  // One more than asked for tells whether there is a next page.
  const rows = await select(log, filter, {
    above,
    upTo,
    belowVersion: cursor?.v,
    limit: limit + 1,
  });
  const events = await decodeRows(rows.slice(0, limit), {
    ...log,
    onUnreadable: 'as-stored',
    personalContext: true,
  });
  const last = events.at(-1);
  return {
    events,
    ...(last && rows.length > limit
      ? {
          nextCursor: sealCursor({ p: last.position, v: last.version }, digest),
        }
      : {}),
  };
}

interface Range {
  readonly above: number;
  readonly upTo: number;
  readonly belowVersion?: number;
  readonly limit: number;
}

async function select(
  log: { knex: Knex; registry: EventRegistry },
  filter: CheckedFilter,
  range: Range,
): Promise<TextRow[]> {
  const { knex } = log;
  const conditions = conditionsOf({ ...filter, before: undefined });
  if (filter.aggregateId !== undefined) {
    return selectRange(knex, conditions, range, 'version');
  }
  if (filter.correlationId !== undefined) {
    return selectRange(knex, conditions, range);
  }
  if (
    filter.instance !== undefined &&
    (filter.actor !== undefined || filter.types?.length === 1)
  ) {
    await checkTypes(log, filter);
    return selectRange(knex, conditions, range);
  }
  if (conditions.length === 0) {
    return selectRange(knex, [], range);
  }
  const recent = await selectRecent(knex, conditions, range);
  if (recent.length === range.limit) {
    return recent;
  }
  const ranges = await indexRanges(log, filter);
  return selectMerged(knex, ranges, conditions, range);
}

function selectRange(
  knex: Knex,
  conditions: readonly Condition[],
  range: Range,
  order: 'position' | 'version' = 'position',
): Promise<TextRow[]> {
  const where = and([...conditions, ...boundsOf(range, order)]);
  return selectRows(
    knex,
    `select ${EVENT_COLUMNS} from events where ${where.sql}
      order by ${order} desc limit ?`,
    [...where.bindings, range.limit],
  );
}

async function selectRecent(
  knex: Knex,
  conditions: readonly Condition[],
  range: Range,
): Promise<TextRow[]> {
  const where = and([...conditions, ...boundsOf(range, 'position')]);
  return selectRows(
    knex,
    `select ${EVENT_COLUMNS} from events where ${where.sql}
      and position > (select least(?, coalesce(max(position), 0)) - ? from events)
      order by position desc limit ?`,
    [...where.bindings, range.upTo, RECENT, range.limit],
  );
}

/** Several ranges of one index, each in order, merged. */
function selectMerged(
  knex: Knex,
  ranges: readonly Condition[],
  conditions: readonly Condition[],
  range: Range,
): Promise<TextRow[]> {
  if (ranges.length === 0) {
    return Promise.resolve([]);
  }
  if (ranges.length === 1) {
    return selectRange(knex, [...ranges, ...conditions], range);
  }
  const parts = ranges.map(one => {
    const where = and([one, ...conditions, ...boundsOf(range, 'position')]);
    return {
      sql: `(select ${EVENT_COLUMNS} from events where ${where.sql}
        order by position desc limit ?)`,
      bindings: [...where.bindings, range.limit],
    };
  });
  return selectRows(
    knex,
    `${parts.map(({ sql }) => sql).join(' union all ')}
      order by position desc limit ?`,
    [...parts.flatMap(({ bindings }) => bindings), range.limit],
  );
}

function boundsOf(range: Range, order: 'position' | 'version'): Condition[] {
  const bounds: Condition[] = [];
  if (order === 'version' && range.belowVersion !== undefined) {
    bounds.push({ sql: 'version < ?', bindings: [range.belowVersion] });
  }
  if (range.upTo < Number.MAX_SAFE_INTEGER) {
    bounds.push({ sql: 'position <= ?', bindings: [range.upTo] });
  }
  if (range.above > 0) {
    bounds.push({ sql: 'position > ?', bindings: [range.above] });
  }
  return bounds;
}

/** The ranges of an index that together hold what the filter asks for. */
async function indexRanges(
  log: { knex: Knex; registry: EventRegistry },
  filter: CheckedFilter,
): Promise<Condition[]> {
  const stored = await storedTypes(log.knex);
  checkTypesAre(stored, log.registry, filter);
  const wanted = stored.filter(
    ({ instance, type }) =>
      (filter.instance === undefined || instance === filter.instance) &&
      (!filter.types || (filter.types as string[]).includes(type)) &&
      (!filter.aggregateTypes ||
        filter.aggregateTypes.includes(
          aggregateTypeOfEvent(type as EventType),
        )),
  );
  if (filter.actor === undefined) {
    return wanted.map(({ instance, type }) => ({
      sql: 'instance = ? and type = ?',
      bindings: [instance, type],
    }));
  }
  return [...new Set(wanted.map(({ instance }) => instance))].map(instance => ({
    sql: 'instance = ?',
    bindings: [instance],
  }));
}

async function checkTypes(
  log: { knex: Knex; registry: EventRegistry },
  filter: CheckedFilter,
): Promise<void> {
  if (filter.types?.some(type => !log.registry.has(type))) {
    checkTypesAre(await storedTypes(log.knex), log.registry, filter);
  }
}

/** @throws UnknownTypeError for a type neither registered nor in the log */
function checkTypesAre(
  stored: readonly { type: string }[],
  registry: EventRegistry,
  filter: CheckedFilter,
): void {
  const known = new Set([
    ...registry.types(),
    ...stored.map(({ type }) => type),
  ]);
  for (const type of filter.types ?? []) {
    if (!known.has(type)) {
      throw new UnknownTypeError(type, undefined, 'filter.types');
    }
  }
}

function digestOf(filter: CheckedFilter): string {
  const canonical = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(canonical))
    .digest('base64url')
    .slice(0, 12);
}

function sealCursor(cursor: Cursor, digest: string): string {
  return Buffer.from(JSON.stringify({ ...cursor, f: digest })).toString(
    'base64url',
  );
}

const cursorSchema = z.strictObject({
  p: z.number().int().min(1),
  v: z.number().int().min(1),
  f: z.string(),
});

function openCursor(text: string, digest: string): Cursor {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    content = undefined;
  }
  const cursor = cursorSchema.safeParse(content);
  if (!cursor.success) {
    throw new BadArgumentError('cursor', 'is not one this log gave out');
  }
  if (cursor.data.f !== digest) {
    throw new BadArgumentError('cursor', 'belongs to another filter');
  }
  return cursor.data;
}
