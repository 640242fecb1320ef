// What one event does to the tables of a view, while its handler runs.

/** Thrown out of a handler when it needs rows that have not been read. */
export const MISSING = Symbol('rows that have not been read');

/** What a handler is doing, shared by the tables of one view. */
export interface Step {
  /** Of the event being handled. */
  position: number;
  /** Only find out which rows are needed; change nothing. */
  discovering: boolean;
  /** A row that had not been read was needed. */
  missed: boolean;
  /** How to take back what the event did, newest last. */
  readonly undo: (() => void)[];
  /** Rows and searches that the event touched; only when asked for. */
  touched?: Map<string, Touch>;
}

/** How an event touched a row or a search. */
export interface Touch {
  /** Looked at the row or searched so; changing a row counts as looking. */
  used: boolean;
  /** Changed the row, or one that the search finds. */
  changed: boolean;
}

/** Notes that the event touched a row or a search, if that is asked for. */
export function touch(step: Step, name: string, how: Partial<Touch>): void {
  const { touched } = step;
  if (touched) {
    const before = touched.get(name);
    touched.set(name, {
      used: how.used || before?.used || false,
      changed: how.changed || before?.changed || false,
    });
  }
}
