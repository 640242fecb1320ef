import type { Position } from '@callboard/plugin-eventstore-common';

/** How a read is to be answered. */
export interface ReadOptions {
  /** What was so at this position or time. Who may see it is decided now. */
  readonly asOf?: Position | Date;
  /** Shows at least the events up to here: read-your-writes. */
  readonly after?: Position;
  readonly signal?: AbortSignal;
}

/** Which part of a list is wanted, and in which order. */
export interface PageOptions<TSort extends string> extends ReadOptions {
  readonly sort?: TSort;
  readonly descending?: boolean;
  /** 1 to 200; 50 when left out. */
  readonly limit?: number;
  /** `nextCursor` of the page before, asked for with the same options. */
  readonly cursor?: string;
  /** Also count all that fits, not only the page. */
  readonly total?: boolean;
}

/** Rows that contain what was searched for. */
export interface SearchOptions {
  /** Words, all of which must be found; without case and accents. */
  readonly search?: string;
  /**
   * `prefix`: at the beginning of words. `substring`: anywhere; words of one or
   * two letters at the beginning all the same.
   */
  readonly match?: 'prefix' | 'substring';
}

/** A part of a list. Only what the caller may see is in it, and counted. */
export interface Page<TItem> {
  readonly items: readonly TItem[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
  /** When it was asked for. */
  readonly total?: number;
  /** There are more than `total`: a search that finds very many stops counting. */
  readonly totalIsMinimum?: boolean;
}
