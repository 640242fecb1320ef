/**
 * Where a key moves the focus in a grid, as the WAI-ARIA grid pattern has it
 * (https://www.w3.org/WAI/ARIA/apg/patterns/grid/).
 */

export interface GridPlace {
  /** 0 is the header. */
  readonly row: number;
  /** 0 is the names of the rows. */
  readonly column: number;
}

export interface GridSize {
  /** With the header. */
  readonly rows: number;
  readonly columns: number;
  /** How far Page Up and Page Down go. */
  readonly page: number;
}

export interface GridKey {
  readonly key: string;
  readonly ctrlKey: boolean;
}

/** Undefined: the key moves nothing. */
export function moveFocus(
  { row, column }: GridPlace,
  { key, ctrlKey }: GridKey,
  size: GridSize,
): GridPlace | undefined {
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const to = (place: GridPlace): GridPlace => ({
    row: Math.min(Math.max(place.row, 0), last.row),
    column: Math.min(Math.max(place.column, 0), last.column),
  });
  switch (key) {
    case 'ArrowUp':
      return to({ row: row - 1, column });
    case 'ArrowDown':
      return to({ row: row + 1, column });
    case 'ArrowLeft':
      return to({ row, column: column - 1 });
    case 'ArrowRight':
      return to({ row, column: column + 1 });
    case 'PageUp':
      return to({ row: row - size.page, column });
    case 'PageDown':
      return to({ row: row + size.page, column });
    case 'Home':
      return to({ row: ctrlKey ? 0 : row, column: 0 });
    case 'End':
      return to({ row: ctrlKey ? last.row : row, column: last.column });
    default:
      return undefined;
  }
}
