/**
 * Cells that somebody else has changed since they were edited. The command
 * says how cells are to be, so saved blindly it would undo the other's decision
 * without anybody having seen it.
 */
import type { DirectGrant } from './cells';
import { hasNow, isSo, type Edit } from './Editing';

export interface Conflict {
  readonly edit: Edit;
  readonly now: DirectGrant | undefined;
}

/**
 * Edits of cells that are no longer as they were, and not as wanted either.
 */
export function conflictsOf(
  edits: readonly Edit[],
  now: (edit: Edit) => DirectGrant | undefined,
): Conflict[] {
  return edits.flatMap(edit => {
    const direct = now(edit);
    const isAsBefore = sameGrant(edit.base, direct);
    return isAsBefore || isSo(direct, edit.wanted)
      ? []
      : [{ edit, now: direct }];
  });
}

/** By what it gives. That its time has run out is nobody's decision. */
function sameGrant(
  left: DirectGrant | undefined,
  right: DirectGrant | undefined,
): boolean {
  return hasNow(left) && hasNow(right)
    ? left.expiresAt === right.expiresAt && left.position === right.position
    : hasNow(left) === hasNow(right);
}

/** What the other decided: `has Reader until 1 May 2027`. */
export function describeNow(
  { edit, now }: Conflict,
  format: (time: number) => string,
): string {
  const { name } = edit.role;
  if (!hasNow(now)) {
    return `no longer has ${name}`;
  }
  return now.expiresAt === undefined
    ? `has ${name} without an end`
    : `has ${name} until ${format(now.expiresAt)}`;
}
