/**
 * Cells that somebody wants otherwise than they are, not saved yet. Immutable:
 * every change gives a new one, so that undo is a step back in a list.
 *
 * An edit remembers how the cell was when it was first edited. It vanishes when
 * it comes back to that; and a save finds by it whether somebody else has
 * changed the cell meanwhile.
 */
import type { DirectGrant, MatrixRole, Subject } from './cells';

/** What a cell is to be. */
export interface Wanted {
  readonly granted: boolean;
  /** When it is to end by itself, in milliseconds since 1970. */
  readonly expiresAt?: number;
}

export interface Edit {
  readonly subject: Subject;
  readonly role: MatrixRole;
  /** What the subject had itself. */
  readonly base: DirectGrant | undefined;
  readonly wanted: Wanted;
}

/** Which cell. */
export interface CellRef {
  readonly subject: Subject;
  readonly role: MatrixRole;
  /** What it shows without edits. */
  readonly direct: DirectGrant | undefined;
}

type Edits = ReadonlyMap<string, Edit>;

/** One save takes no more (`ChangeGrantsRequest.changes`). */
export const MAX_EDITS = 300;

export class Editing {
  static readonly none = new Editing(new Map(), [], []);

  readonly #edits: Edits;
  readonly #past: readonly Edits[];
  readonly #future: readonly Edits[];

  private constructor(
    edits: Edits,
    past: readonly Edits[],
    future: readonly Edits[],
  ) {
    this.#edits = edits;
    this.#past = past;
    this.#future = future;
  }

  /** In the order in which they were begun. */
  get edits(): readonly Edit[] {
    return [...this.#edits.values()];
  }

  get size(): number {
    return this.#edits.size;
  }

  get isTooLarge(): boolean {
    return this.size > MAX_EDITS;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  editOf(subject: string, role: string): Edit | undefined {
    return this.#edits.get(keyOf(subject, role));
  }

  /** Gives what is not there, takes what is. */
  toggle(cell: CellRef): Editing {
    const edit = this.editOf(cell.subject.id, cell.role.key);
    const isGranted = edit ? edit.wanted.granted : hasNow(cell.direct);
    // Taken and given back: with the end it had.
    const base = edit ? edit.base : cell.direct;
    return this.want(
      [cell],
      isGranted
        ? { granted: false }
        : {
            granted: true,
            expiresAt: hasNow(base) ? base.expiresAt : undefined,
          },
    );
  }

  /** All of the cells are to be the same: one step to undo. */
  want(cells: readonly CellRef[], wanted: Wanted): Editing {
    const edits = new Map(this.#edits);
    for (const { subject, role, direct } of cells) {
      const key = keyOf(subject.id, role.key);
      const base = edits.has(key) ? edits.get(key)!.base : direct;
      if (isSo(base, wanted)) {
        edits.delete(key);
      } else {
        edits.set(key, { subject, role, base, wanted });
      }
    }
    return this.#step(edits);
  }

  /** Forgets some edits. */
  drop(edits: readonly Edit[]): Editing {
    const left = new Map(this.#edits);
    for (const { subject, role } of edits) {
      left.delete(keyOf(subject.id, role.key));
    }
    return this.#step(left);
  }

  dropAll(): Editing {
    return this.#step(new Map());
  }

  undo(): Editing {
    const before = this.#past.at(-1);
    return before
      ? new Editing(before, this.#past.slice(0, -1), [
          this.#edits,
          ...this.#future,
        ])
      : this;
  }

  redo(): Editing {
    const [after, ...later] = this.#future;
    return after
      ? new Editing(after, [...this.#past, this.#edits], later)
      : this;
  }

  /**
   * On top of how cells are by now. An edit that has come true by itself goes.
   * Steps before cannot be undone any more: they were about cells that are no
   * longer so.
   */
  rebase(now: (edit: Edit) => DirectGrant | undefined): Editing {
    const edits = new Map<string, Edit>();
    for (const [key, edit] of this.#edits) {
      const base = now(edit);
      if (!isSo(base, edit.wanted)) {
        edits.set(key, { ...edit, base });
      }
    }
    return new Editing(edits, [], []);
  }

  #step(edits: Edits): Editing {
    return sameEdits(edits, this.#edits)
      ? this
      : new Editing(edits, [...this.#past, this.#edits], []);
  }
}

/** Whether a cell is as it is wanted. */
export function isSo(direct: DirectGrant | undefined, wanted: Wanted): boolean {
  return wanted.granted
    ? hasNow(direct) && direct.expiresAt === wanted.expiresAt
    : !hasNow(direct);
}

/** One whose time is over is shown, but gives nothing. */
export function hasNow(
  direct: DirectGrant | undefined,
): direct is DirectGrant & { readonly expired: false } {
  return direct !== undefined && !direct.expired;
}

function keyOf(subject: string, role: string): string {
  return `${subject} ${role}`;
}

function sameEdits(left: Edits, right: Edits): boolean {
  return (
    left.size === right.size &&
    [...left].every(([key, { wanted }]) => {
      const other = right.get(key)?.wanted;
      return (
        other?.granted === wanted.granted &&
        other.expiresAt === wanted.expiresAt
      );
    })
  );
}
