/** What lists of organizations, groups and projects have in common. */
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { SearchOptions } from './paging/Page';
import type { OrderColumn } from './paging/readPage';
import { whereSearch } from './paging/whereSearch';

export interface Named {
  readonly name: string;
  readonly slug: string;
  readonly status: string;
  readonly createdAt: string;
  readonly changedAt: string;
  /** The event that made it what it is. */
  readonly position: Position;
}

export interface NamedFilter extends SearchOptions {
  /** What has been removed is left out unless asked for. */
  readonly status?: readonly string[];
  readonly slug?: string;
}

export type NamedSort = 'name' | 'created';

const ID: OrderColumn = { sql: 't.id COLLATE "C"', type: 'text' };
export const namedOrders: Readonly<Record<NamedSort, readonly OrderColumn[]>> =
  {
    name: [{ sql: 't.sort_name COLLATE "C"', type: 'text' }, ID],
    created: [{ sql: 't.created_at', type: 'timestamp' }, ID],
  };

export function whereStatus(
  query: Knex.QueryBuilder,
  status: readonly string[] | undefined,
): void {
  if (status === undefined) {
    query.whereRaw('t.gone = false');
    return;
  }
  const isGone = new Set(status.map(each => each === 'removed'));
  if (isGone.size === 1) {
    query.whereRaw('t.gone = ?', [[...isGone][0]!]);
  }
  query.whereRaw('t.status = any(?::text[])', [[...status]]);
}

export function whereNamed(
  query: Knex.QueryBuilder,
  filter: NamedFilter,
): void {
  whereStatus(query, filter.status);
  if (filter.slug !== undefined) {
    query.where('t.slug', filter.slug);
  }
  whereSearch(query, filter);
}

export function toNamed(
  row: {
    readonly name: string;
    readonly slug: string;
    readonly status: string;
    readonly created_at: string;
    readonly changed_at: string;
  },
  validFrom: unknown,
): Named {
  return {
    name: row.name,
    slug: row.slug,
    status: row.status,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    position: Number(validFrom) as Position,
  };
}
