/** One page of a list in the order of an index, and how many there are in all. */
import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { openCursor, sealCursor, type CursorScope } from './cursor';
import type { Page, PageOptions } from './Page';

/** One of the columns that a list is ordered by. */
export interface OrderColumn {
  /** SQL over the table `t`, spelt as in its index. */
  readonly sql: string;
  readonly type: 'text' | 'timestamp';
}

/**
 * Rows with one of some values in a column. An index has the order of one value
 * only, so each is read in order by itself, and the results are merged.
 */
export interface ListPart {
  readonly column: string;
  readonly values: readonly string[];
  /** What keeps the parts of a list apart. */
  also?(query: Knex.QueryBuilder): void;
}

export interface ListSource {
  /** The table, called `t`. */
  readonly from: Knex.Raw;
  /** The last ones make the order unambiguous. */
  readonly order: readonly OrderColumn[];
  /** What may be seen; without rows in common. */
  readonly parts: readonly ListPart[];
  /** Rows are found by something else than the order: by what they contain. */
  readonly bySearch?: boolean;
  /** Adds what rows must fulfil beside. */
  where(query: Knex.QueryBuilder): void;
}

/** Each row that a search finds has to be looked at to be counted. */
const COUNTED_OF_SEARCH = 10_000;

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

type Row = Record<string, any>; // any: rows of any table

export async function readPage(
  knex: Knex,
  source: ListSource,
  options: PageOptions<string>,
  scope: CursorScope,
): Promise<{ rows: Row[] } & Omit<Page<never>, 'items'>> {
  const limit = limitOf(options.limit);
  const cursorScope = [
    ...scope,
    options.sort,
    options.descending ?? false,
    options.asOf ?? null,
  ];
  const after =
    options.cursor === undefined
      ? undefined
      : openCursor(cursorScope, options.cursor, source.order.length);
  const [rows, total] = await Promise.all([
    pageQuery(knex, source, {
      limit: limit + 1,
      after,
      descending: options.descending ?? false,
    }) as Promise<Row[]>,
    options.total ? count(knex, source) : undefined,
  ]);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    rows: items,
    total,
    ...(total === COUNTED_OF_SEARCH && source.bySearch
      ? { totalIsMinimum: true }
      : {}),
    nextCursor:
      rows.length > limit && last
        ? sealCursor(cursorScope, valuesOf(last, source.order))
        : undefined,
  };
}

/** A page with its rows as what callers get. */
export function withItems<TItem>(
  { rows: _rows, ...page }: Awaited<ReturnType<typeof readPage>>,
  items: readonly TItem[],
): Page<TItem> {
  return { ...page, items };
}

function limitOf(limit: number = DEFAULT_LIMIT): number {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new BadArgumentError('limit', `must be 1 to ${MAX_LIMIT}`);
  }
  return limit;
}

function valuesOf(row: Row, order: readonly OrderColumn[]): string[] {
  return order.map(({ type }, at) => {
    const value = row[`sort_${at}`];
    return type === 'timestamp' ? new Date(value).toISOString() : value;
  });
}

interface PageBounds {
  readonly limit: number;
  /** Sort values of the last row before it. */
  readonly after?: readonly string[];
  readonly descending: boolean;
}

/** The statement of one page. */
function pageQuery(
  knex: Knex,
  source: ListSource,
  page: PageBounds,
): Knex.QueryBuilder {
  const parts = source.parts.filter(({ values }) => values.length > 0);
  const queries = parts.map(part => partQuery(knex, source, part, page));
  if (queries.length === 0) {
    return knex.select('t.*').from(source.from).whereRaw('false');
  }
  if (queries.length === 1) {
    return queries[0]!;
  }
  const union = queries.map(() => '?').join(' union all ');
  return merged(
    knex.select('x.*').from(knex.raw(`(${union}) as x`, queries as never[])),
    source,
    page,
  );
}

function partQuery(
  knex: Knex,
  source: ListSource,
  part: ListPart,
  page: PageBounds,
): Knex.QueryBuilder {
  const { order } = source;
  const direction = page.descending ? 'desc' : 'asc';
  const query = knex
    .from(source.from)
    .select(
      't.*',
      ...order.map(({ sql }, at) => knex.raw(`${sql} as sort_${at}`)),
    )
    .orderByRaw(order.map(({ sql }) => `${sql} ${direction}`).join(', '))
    .limit(page.limit);
  source.where(query);
  part.also?.(query);
  if (page.after) {
    const columns = order.map(({ sql }) => sql).join(', ');
    const values = order.map(({ type }) =>
      type === 'timestamp' ? '?::timestamptz' : '?',
    );
    query.whereRaw(
      `(${columns}) ${page.descending ? '<' : '>'} (${values.join(', ')})`,
      [...page.after],
    );
  }
  if (part.values.length === 1 || source.bySearch) {
    return whereIn(query, part);
  }
  query.whereRaw(`${part.column} = w.value`);
  return merged(
    knex
      .select('x.*')
      .from(knex.raw('unnest(?::text[]) as w(value)', [[...part.values]]))
      .joinRaw('cross join lateral ? as x', [query as never]),
    source,
    page,
  );
}

/** The first rows of several that are each in order. */
function merged(
  query: Knex.QueryBuilder,
  { order }: ListSource,
  { limit, descending }: PageBounds,
): Knex.QueryBuilder {
  return query
    .orderByRaw(
      order
        .map(({ sql }, at) => {
          // A column that was selected has lost the collation's spelling.
          const collation = /COLLATE "C"$/.exec(sql)?.[0] ?? '';
          return `x.sort_${at} ${collation} ${descending ? 'desc' : 'asc'}`;
        })
        .join(', '),
    )
    .limit(limit);
}

/** How many rows there are in all; of a search not more than 10,000. */
export async function count(knex: Knex, source: ListSource): Promise<number> {
  const counts = source.parts
    .filter(({ values }) => values.length > 0)
    .map(async part => {
      const query = knex.from(source.from).select(knex.raw('1'));
      source.where(query);
      part.also?.(query);
      whereIn(query, part);
      if (source.bySearch) {
        query.limit(COUNTED_OF_SEARCH);
      }
      const [row] = await knex.from(query.as('x')).count({ found: '*' });
      return Number((row as Row).found);
    });
  const found = (await Promise.all(counts)).reduce((sum, of) => sum + of, 0);
  return source.bySearch ? Math.min(found, COUNTED_OF_SEARCH) : found;
}

function whereIn(
  query: Knex.QueryBuilder,
  { column, values }: ListPart,
): Knex.QueryBuilder {
  return values.length === 1
    ? query.whereRaw(`${column} = ?`, [values[0]!])
    : query.whereRaw(`${column} = any(?::text[])`, [[...values]]);
}
