import type { GridPlace } from './gridFocus';

/** Cells between two corners, both included. */
export interface GridRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export function rangeOf(one: GridPlace, other: GridPlace): GridRange {
  return {
    top: Math.min(one.row, other.row),
    left: Math.min(one.column, other.column),
    bottom: Math.max(one.row, other.row),
    right: Math.max(one.column, other.column),
  };
}

export function isInRange(
  { top, left, bottom, right }: GridRange,
  { row, column }: GridPlace,
): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}
