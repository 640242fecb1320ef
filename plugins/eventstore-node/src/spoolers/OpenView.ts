// What a read of a view asks for, and what it gets.
import type {
  AggregateId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { Tables } from '../projections/defineProjection';

/** @public */
export interface WaitOptions {
  /** Longest wait in milliseconds; 2,000 when left out. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * What a read of a view has to show.
 *
 * @public
 */
export interface OpenOptions extends WaitOptions {
  /** At least the events up to this position: read-your-writes. */
  readonly after?: Position;
  /** Everything that has happened to this aggregate. */
  readonly fresh?: AggregateId;
  /** What was so at this position or time. */
  readonly asOf?: Position | Date;
}

/**
 * A view's tables, now or at a position.
 *
 * @public
 */
export interface OpenView<TTables extends Tables> {
  /** Undefined: now. */
  readonly asOf: Position | undefined;
  /**
   * A table to select from or to join with.
   *
   * @example
   * ```ts
   * const { table } = await users.open({ asOf });
   * const rows = await knex.select('u.name').from(table('users', 'u'));
   * ```
   *
   * @param alias - its name in the query; the table's own when left out
   * @throws NoHistoryError when it is declared without history and `asOf` is
   * given
   */
  table(name: keyof TTables & string, alias?: string): Knex.Raw;
  /**
   * The same for a query that reads one page of many rows in some order. It
   * makes a difference for the recent past only.
   *
   * @throws NoHistoryError as above
   */
  page(name: keyof TTables & string, alias?: string): Knex.Raw;
}

/**
 * Whether a view shows everything that has happened to an aggregate.
 *
 * @public
 */
export interface Freshness {
  /** Of the aggregate's last event; 0 when it has none. */
  readonly position: Position;
  /**
   * An event of it could not be applied: the view shows it as it was before
   * that event.
   */
  readonly quarantined: boolean;
}
