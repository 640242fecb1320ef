import {
  RiAddLine,
  RiCheckLine,
  RiGroupLine,
  RiSubtractLine,
  RiTimeLine,
} from '@remixicon/react';
import type { Cell, CellLock } from './cells';
import { hasNow, type Edit } from './Editing';
import styles from './MatrixCell.module.css';
import { groupsOf } from './review';

const LOCKS: Readonly<Record<CellLock, string>> = {
  past: '',
  role_removing: 'the role is being removed',
  not_delegated: 'the role is not delegated to this organization',
};

/** What a cell shows: what is so, and what is wanted instead. */
export function MatrixCell(props: {
  /** Undefined while it is read. */
  cell: Cell | undefined;
  edit: Edit | undefined;
  lock: CellLock | undefined;
  format: (time: number) => string;
}) {
  const { cell, edit, lock } = props;
  if (!cell) {
    return (
      <span className={styles.loading}>
        <span className={styles.words}>{inWords(props)}</span>
      </span>
    );
  }
  const isGranted = edit ? edit.wanted.granted : hasNow(cell.direct);
  const inherited = cell.inherited.filter(({ expired }) => !expired);
  const ends = edit ? edit.wanted.expiresAt : cell.direct?.expiresAt;
  return (
    <span
      className={styles.cell}
      data-granted={isGranted || undefined}
      data-inherited={inherited.length > 0 || undefined}
      data-edited={edit ? editKind(edit) : undefined}
      data-locked={lock === 'past' ? undefined : lock}
    >
      <span className={styles.box} aria-hidden>
        {mark(isGranted, inherited.length > 0, edit)}
      </span>
      {isGranted && ends !== undefined && (
        <RiTimeLine className={styles.ends} aria-hidden />
      )}
      <span className={styles.words}>{inWords(props)}</span>
    </span>
  );
}

function mark(isGranted: boolean, isInherited: boolean, edit?: Edit) {
  if (edit && !isGranted) {
    return <RiSubtractLine />;
  }
  if (edit && !hasNow(edit.base)) {
    return <RiAddLine />;
  }
  if (isGranted) {
    return <RiCheckLine />;
  }
  return isInherited ? <RiGroupLine /> : null;
}

function editKind({ base, wanted }: Edit): string {
  if (!wanted.granted) {
    return 'loses';
  }
  return hasNow(base) ? 'changes' : 'gains';
}

/** For those who don't see the marks, and as the cell's tooltip. */
export function inWords({
  cell,
  edit,
  lock,
  format,
}: {
  cell: Cell | undefined;
  edit: Edit | undefined;
  lock: CellLock | undefined;
  format: (time: number) => string;
}): string {
  if (!cell) {
    return 'Being read.';
  }
  const { direct, inherited } = cell;
  const until = (time: number | undefined) =>
    time === undefined ? '' : ` until ${format(time)}`;
  const live = inherited.filter(({ expired }) => !expired);
  const parts = [];
  if (hasNow(direct)) {
    parts.push(`Has it${until(direct.expiresAt)}`);
  } else if (direct) {
    parts.push(`Had it${until(direct.expiresAt)}`);
  }
  if (live.length > 0) {
    parts.push(
      `${parts.length > 0 ? 'and' : 'Has it'} through ${groupsOf(live)}`,
    );
  }
  if (parts.length === 0) {
    parts.push('Has it not');
  }
  const sentences = [parts.join(' ')];
  if (edit) {
    sentences.push(
      edit.wanted.granted
        ? `Is to have it${until(edit.wanted.expiresAt) || ' without an end'}`
        : 'Is to lose it',
    );
  }
  if (lock && lock !== 'past') {
    sentences.push(`Cannot be changed: ${LOCKS[lock]}`);
  }
  return sentences.map(sentence => `${sentence}.`).join(' ');
}
