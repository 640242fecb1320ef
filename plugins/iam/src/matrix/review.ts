/** What a save would do, in words: one sentence for each edit. */
import type { Cell, InheritedGrant, Subject } from './cells';
import { hasNow, type Edit } from './Editing';

/** @public */
export type EditKind = 'gains' | 'loses' | 'changes';

export interface ReviewedEdit {
  readonly edit: Edit;
  readonly kind: EditKind;
  /** Goes on where the subject's name ends: `gains Reader until 1 May 2027`. */
  readonly sentence: string;
  /** What the sentence alone would hide. */
  readonly remark?: string;
}

export interface ReviewedSubject {
  readonly subject: Subject;
  readonly edits: readonly ReviewedEdit[];
}

/** By subject, in the order in which they were first edited. */
export function reviewOf(
  edits: readonly Edit[],
  cellOf: (edit: Edit) => Cell,
  format: (time: number) => string,
): ReviewedSubject[] {
  const subjects = new Map<
    string,
    { subject: Subject; edits: ReviewedEdit[] }
  >();
  for (const edit of edits) {
    const known = subjects.get(edit.subject.id) ?? {
      subject: edit.subject,
      edits: [],
    };
    known.edits.push(review(edit, cellOf(edit), format));
    subjects.set(edit.subject.id, known);
  }
  return [...subjects.values()];
}

/** How many of each kind. */
export function countKinds(
  reviewed: readonly ReviewedSubject[],
): Readonly<Record<EditKind, number>> {
  const counts = { gains: 0, loses: 0, changes: 0 };
  for (const { kind } of reviewed.flatMap(({ edits }) => edits)) {
    counts[kind] += 1;
  }
  return counts;
}

function review(
  edit: Edit,
  { inherited }: Cell,
  format: (time: number) => string,
): ReviewedEdit {
  const { base, role, wanted } = edit;
  const end = ending(wanted.expiresAt, format);
  const others = inherited.filter(({ expired }) => !expired);
  if (!wanted.granted) {
    return {
      edit,
      kind: 'loses',
      sentence: `loses ${role.name}`,
      remark:
        others.length > 0
          ? `Still has it through ${groupsOf(others)}.`
          : undefined,
    };
  }
  if (hasNow(base)) {
    const before = base.expiresAt
      ? `until ${format(base.expiresAt)}`
      : 'without an end';
    return {
      edit,
      kind: 'changes',
      sentence: `keeps ${role.name}, ${end || 'without an end'} (before: ${before})`,
    };
  }
  return {
    edit,
    kind: 'gains',
    sentence: ['gains', role.name, end].filter(Boolean).join(' '),
    remark:
      others.length > 0
        ? `Has it already through ${groupsOf(others)}.`
        : undefined,
  };
}

function ending(
  expiresAt: number | undefined,
  format: (time: number) => string,
): string {
  return expiresAt === undefined ? '' : `until ${format(expiresAt)}`;
}

/** The groups that have the role, by name. */
export function groupsOf(inherited: readonly InheritedGrant[]): string {
  const names = inherited.map(({ through }) => through.at(-1)?.name ?? '');
  return new Intl.ListFormat('en').format([...new Set(names)]);
}
