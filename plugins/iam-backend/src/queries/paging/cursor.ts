/** Where a page ended: the sort values of its last row. */
import { createHash } from 'node:crypto';
import { BadArgumentError } from '@callboard/plugin-eventstore-common';

/** What a cursor is for; it is refused for anything else. */
export type CursorScope = readonly unknown[];

export function sealCursor(
  scope: CursorScope,
  values: readonly string[],
): string {
  return Buffer.from(JSON.stringify([digestOf(scope), ...values])).toString(
    'base64url',
  );
}

/**
 * @throws BadArgumentError when it is none, or was made for another list
 */
export function openCursor(
  scope: CursorScope,
  cursor: string,
  columns: number,
): string[] {
  let found: unknown;
  try {
    found = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    found = undefined;
  }
  if (
    !Array.isArray(found) ||
    found.length !== columns + 1 ||
    !found.every(value => typeof value === 'string') ||
    found[0] !== digestOf(scope)
  ) {
    throw new BadArgumentError('cursor', 'is not one of this list');
  }
  return found.slice(1);
}

function digestOf(scope: CursorScope): string {
  return createHash('sha256')
    .update(JSON.stringify(scope))
    .digest('base64url')
    .slice(0, 12);
}
