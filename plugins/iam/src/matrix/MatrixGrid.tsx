/**
 * The grid of subjects and roles. Only what is in sight is in the document, and
 * the cell that has the focus. Keys are those of the WAI-ARIA grid pattern:
 * arrows move, with Shift they select several cells, Space changes them, Enter
 * opens one.
 */
import { useVirtualizer, defaultRangeExtractor } from '@tanstack/react-virtual';
import { RiGroupLine, RiRobot2Line, RiUserLine } from '@remixicon/react';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import {
  EMPTY_CELL,
  type CellLock,
  type MatrixRole,
  type Subject,
  type SubjectCells,
  type SubjectKind,
} from './cells';
import type { CellRef, Editing } from './Editing';
import { moveFocus, type GridPlace } from './gridFocus';
import { inWords, MatrixCell } from './MatrixCell';
import styles from './MatrixGrid.module.css';
import { isInRange, rangeOf } from './selection';

const ROW = 44;
const HEADER = 76;
/** Rows before the last loaded one at which the next page is asked for. */
const AHEAD = 20;

const KINDS: Readonly<
  Record<SubjectKind, { icon: typeof RiUserLine; label: string }>
> = {
  person: { icon: RiUserLine, label: 'Person' },
  machine: { icon: RiRobot2Line, label: 'Machine' },
  group: { icon: RiGroupLine, label: 'Group' },
};

export interface MatrixGridProps {
  readonly label: string;
  readonly rows: readonly Subject[];
  /** Of all rows, loaded or not; undefined while it isn't known. */
  readonly total: number | undefined;
  readonly roles: readonly MatrixRole[];
  readonly editing: Editing;
  readonly isNarrow: boolean;
  format(time: number): string;
  /** Undefined while they are read. */
  cellsOf(subject: Subject): SubjectCells | undefined;
  lockOf(subject: Subject, role: MatrixRole): CellLock | undefined;
  /** Of a single cell or of all that are selected. */
  onToggle(cells: readonly CellRef[]): void;
  onOpen(cell: CellRef): void;
  onOpenSubject(subject: Subject): void;
  onOpenRole(role: MatrixRole): void;
  onVisible(subjects: readonly Subject[]): void;
  onNearEnd(): void;
}

export function MatrixGrid(props: MatrixGridProps) {
  const { rows, roles, isNarrow, onVisible, onNearEnd } = props;
  const nameWidth = isNarrow ? 148 : 300;
  const roleWidth = isNarrow ? 88 : 124;
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useRef<HTMLDivElement | null>(null);
  const [place, setPlace] = useState<GridPlace>({ row: 1, column: 1 });
  const [anchor, setAnchor] = useState<GridPlace>();
  // Set by what the user does, so that a redraw takes no focus away.
  const wantsFocus = useRef(false);

  const at: GridPlace = {
    row: Math.min(place.row, rows.length),
    column: Math.min(place.column, roles.length),
  };

  const rowWindow = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    scrollPaddingStart: HEADER,
    paddingStart: HEADER,
    rangeExtractor: range =>
      withIndex(defaultRangeExtractor(range), at.row - 1),
  });
  const columnWindow = useVirtualizer({
    horizontal: true,
    count: roles.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => roleWidth,
    overscan: 3,
    scrollPaddingStart: nameWidth,
    paddingStart: nameWidth,
    rangeExtractor: range =>
      withIndex(defaultRangeExtractor(range), at.column - 1),
  });
  const shownRows = rowWindow
    .getVirtualItems()
    .filter(({ index }) => index < rows.length);
  const shownColumns = columnWindow
    .getVirtualItems()
    .filter(({ index }) => index < roles.length);

  useEffect(() => {
    columnWindow.measure();
  }, [columnWindow, roleWidth]);

  const first = shownRows[0]?.index ?? 0;
  const last = shownRows.at(-1)?.index ?? -1;
  useEffect(() => {
    onVisible(rows.slice(first, last + 1));
    if (last >= rows.length - AHEAD) {
      onNearEnd();
    }
  }, [rows, first, last, onVisible, onNearEnd]);

  useLayoutEffect(() => {
    if (wantsFocus.current && focused.current) {
      wantsFocus.current = false;
      focused.current.focus({ preventScroll: true });
    }
  });

  const goTo = useCallback(
    (to: GridPlace, extend: boolean, from: GridPlace) => {
      wantsFocus.current = true;
      setAnchor(before => (extend ? (before ?? from) : undefined));
      setPlace(to);
      if (to.row > 0) {
        rowWindow.scrollToIndex(to.row - 1, { align: 'auto' });
      }
      if (to.column > 0) {
        columnWindow.scrollToIndex(to.column - 1, { align: 'auto' });
      }
    },
    [rowWindow, columnWindow],
  );

  const range = anchor ? rangeOf(anchor, at) : undefined;

  const refOf = (row: number, column: number): CellRef | undefined => {
    const subject = rows[row - 1];
    const role = roles[column - 1];
    const cells = subject && props.cellsOf(subject);
    return subject && role && cells && !props.lockOf(subject, role)
      ? { subject, role, direct: cells.get(role.key)?.direct }
      : undefined;
  };

  /** The selected cells if the place is one of them, else the one there. */
  const refsAt = (target: GridPlace): CellRef[] => {
    const of =
      range && isInRange(range, target) ? range : rangeOf(target, target);
    const refs: CellRef[] = [];
    for (let row = Math.max(of.top, 1); row <= of.bottom; row++) {
      for (let column = Math.max(of.left, 1); column <= of.right; column++) {
        const ref = refOf(row, column);
        if (ref) {
          refs.push(ref);
        }
      }
    }
    return refs;
  };

  const open = (target: GridPlace) => {
    const subject = rows[target.row - 1];
    const role = roles[target.column - 1];
    if (target.row === 0 && role) {
      props.onOpenRole(role);
    } else if (target.column === 0 && subject) {
      props.onOpenSubject(subject);
    } else if (subject && role) {
      const direct = props.cellsOf(subject)?.get(role.key)?.direct;
      props.onOpen({ subject, role, direct });
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const size = {
      rows: rows.length + 1,
      columns: roles.length + 1,
      page: Math.max(
        1,
        Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2,
      ),
    };
    const to = moveFocus(at, event, size);
    if (to) {
      goTo(to, event.shiftKey, at);
    } else if (event.key === ' ') {
      if (at.row === 0 || at.column === 0) {
        open(at);
      } else {
        props.onToggle(refsAt(at));
      }
    } else if (event.key === 'Enter') {
      open(at);
    } else if (event.key === 'Escape' && anchor) {
      setAnchor(undefined);
    } else {
      return;
    }
    event.preventDefault();
  };

  const onCellClick = (target: GridPlace) => (event: MouseEvent) => {
    goTo(target, event.shiftKey, at);
    if (!event.shiftKey) {
      props.onToggle(refsAt(target));
    }
  };

  const focusProps = (row: number, column: number) => {
    const isFocused = row === at.row && column === at.column;
    return {
      tabIndex: isFocused ? 0 : -1,
      ref: isFocused
        ? (element: HTMLDivElement | null) => {
            focused.current = element;
          }
        : undefined,
    };
  };

  return (
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus -- its cells take the focus, one at a time
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={props.label}
      aria-multiselectable
      aria-rowcount={props.total === undefined ? -1 : props.total + 1}
      aria-colcount={roles.length + 1}
      onKeyDown={onKeyDown}
    >
      <div
        role="rowgroup"
        className={styles.canvas}
        style={{
          height: rowWindow.getTotalSize(),
          width: columnWindow.getTotalSize(),
        }}
      >
        <div
          role="row"
          aria-rowindex={1}
          className={styles.header}
          style={{ height: HEADER }}
        >
          <div
            role="columnheader"
            aria-colindex={1}
            className={styles.corner}
            style={{ width: nameWidth }}
            {...focusProps(0, 0)}
          >
            Who
          </div>
          {shownColumns.map(({ index, start, size }) => {
            const role = roles[index]!;
            return (
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid hears its keys; tabIndex is in focusProps
              <div
                key={role.key}
                role="columnheader"
                aria-colindex={index + 2}
                className={styles.role}
                style={{ left: start, width: size }}
                title={[role.key, role.description].filter(Boolean).join(': ')}
                onClick={() => open({ row: 0, column: index + 1 })}
                {...focusProps(0, index + 1)}
              >
                <span className={styles.roleName}>{role.name}</span>
              </div>
            );
          })}
        </div>
        {shownRows.map(({ index, start }) => {
          const subject = rows[index]!;
          const cells = props.cellsOf(subject);
          const { icon: Icon, label } = KINDS[subject.kind];
          return (
            <div
              key={subject.id}
              role="row"
              aria-rowindex={index + 2}
              className={styles.row}
              style={{ height: ROW, transform: `translateY(${start}px)` }}
            >
              {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- as for the column headers */}
              <div
                role="rowheader"
                aria-colindex={1}
                className={styles.subject}
                style={{ width: nameWidth }}
                onClick={() => open({ row: index + 1, column: 0 })}
                {...focusProps(index + 1, 0)}
              >
                <Icon className={styles.kind} aria-label={label} role="img" />{' '}
                <span className={styles.names}>
                  <span className={styles.name}>{subject.name}</span>{' '}
                  <span className={styles.detail}>{subject.detail}</span>
                </span>
              </div>
              {shownColumns.map(({ index: column, start: left, size }) => {
                const role = roles[column]!;
                const here = { row: index + 1, column: column + 1 };
                const shown = {
                  cell: cells && (cells.get(role.key) ?? EMPTY_CELL),
                  edit: props.editing.editOf(subject.id, role.key),
                  lock: props.lockOf(subject, role),
                  format: props.format,
                };
                return (
                  // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- as for the column headers
                  <div
                    key={role.key}
                    role="gridcell"
                    aria-colindex={column + 2}
                    aria-selected={
                      range !== undefined && isInRange(range, here)
                    }
                    aria-readonly={shown.lock !== undefined}
                    className={styles.gridCell}
                    style={{ left, width: size }}
                    title={inWords(shown)}
                    onClick={onCellClick(here)}
                    onDoubleClick={() => open(here)}
                    {...focusProps(here.row, here.column)}
                  >
                    <MatrixCell {...shown} />
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function withIndex(indexes: number[], index: number): number[] {
  return index < 0 || indexes.includes(index)
    ? indexes
    : [...indexes, index].sort((a, b) => a - b);
}
