/**
 * Saves edits as one command, unless somebody else has changed one of their
 * cells since. The cells are read again just before: what the server is told is
 * how cells are to be, and it would do so whatever they have become.
 */
import type { Client } from '@connectrpc/connect';
import type { ManagementService } from '@callboard/plugin-iam-common/api';
import type { SubjectCells } from './cells';
import { conflictsOf, type Conflict } from './conflicts';
import type { Edit, Editing } from './Editing';
import type { AccessReader } from './readAccess';
import { toGrantChanges } from './toGrantChanges';

export interface SaveResult {
  /** How the cells were just before. */
  readonly cells: ReadonlyMap<string, SubjectCells>;
  /** Nothing was saved if there are any. */
  readonly conflicts: readonly Conflict[];
  /** How many were saved; edits that had come true already are not among them. */
  readonly saved: number;
}

/** @throws ApiError when the server refuses; nothing was saved then */
export async function saveEditing(
  iam: Pick<Client<typeof ManagementService>, 'changeGrants'>,
  reader: AccessReader,
  project: string,
  editing: Editing,
): Promise<SaveResult> {
  reader.forget();
  const cells = await reader.read([
    ...new Set(editing.edits.map(({ subject }) => subject.id)),
  ]);
  const now = directIn(cells);
  const conflicts = conflictsOf(editing.edits, now);
  if (conflicts.length > 0) {
    return { cells, conflicts, saved: 0 };
  }
  const { edits } = editing.rebase(now);
  if (edits.length > 0) {
    await iam.changeGrants(toGrantChanges(project, edits));
  }
  return { cells, conflicts, saved: edits.length };
}

/** What a subject has itself by now, for {@link Editing.rebase}. */
function directIn(cells: ReadonlyMap<string, SubjectCells>) {
  return ({ subject, role }: Edit) =>
    cells.get(subject.id)?.get(role.key)?.direct;
}
