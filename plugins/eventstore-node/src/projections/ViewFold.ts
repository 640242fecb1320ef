import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import type { Projection } from './defineProjection';
import type { Step, Touch } from './Step';
import { TableFold, type Missing } from './TableFold';

/** What applying one event came to. */
export type Applied =
  | {
      readonly outcome: 'applied';
      readonly touched?: ReadonlyMap<string, Touch>;
    }
  /** Rows are needed that have not been read; nothing was changed. */
  | { readonly outcome: 'missing' }
  /** The handler threw; nothing was changed. */
  | { readonly outcome: 'failed'; readonly error: unknown };

const APPLIED: Applied = { outcome: 'applied' };
const MISSED: Applied = { outcome: 'missing' };

/**
 * A view's tables in memory, to which events are applied one after the other.
 *
 * An event is applied as a whole or not at all. When a handler needs a row that
 * is not in memory the event is taken back, and `discover` finds out what the
 * events after it will need as well, so that all of it is read at once. That
 * handlers may run several times is why they have to be pure.
 */
export class ViewFold {
  readonly projection: Projection;
  readonly tables: readonly TableFold[];
  readonly #byName: Readonly<Record<string, TableFold>>;
  readonly #step: Step = {
    position: 0,
    discovering: false,
    missed: false,
    undo: [],
  };

  constructor(projection: Projection) {
    this.projection = projection;
    this.tables = Object.entries(projection.tables).map(
      ([name, definition]) =>
        new TableFold(name, definition as TableFold['definition'], this.#step),
    );
    this.#byName = Object.fromEntries(
      this.tables.map(table => [table.name, table]),
    );
  }

  /** @param track - tell which rows the event looked at or changed */
  apply(event: EventEnvelope, track = false): Applied {
    const step = this.#step;
    step.position = event.position;
    step.discovering = false;
    step.missed = false;
    step.undo.length = 0;
    step.touched = track ? new Map() : undefined;
    let error: unknown;
    let threw = false;
    try {
      this.#run(event);
    } catch (thrown) {
      error = thrown;
      threw = true;
    }
    if (!threw && !step.missed) {
      return track ? { outcome: 'applied', touched: step.touched } : APPLIED;
    }
    for (let i = step.undo.length - 1; i >= 0; i--) {
      step.undo[i]!();
    }
    // A handler that caught MISSING went on with wrong values.
    return step.missed ? MISSED : { outcome: 'failed', error };
  }

  /** Notes which rows the event needs that are not in memory. */
  discover(event: EventEnvelope): void {
    const step = this.#step;
    step.position = event.position;
    step.discovering = true;
    step.touched = undefined;
    try {
      this.#run(event);
    } catch {
      // MISSING, or a failure that will show when the event is applied.
    }
  }

  /** The rows to read, by table; empty when none are. */
  takeMissing(): { table: TableFold; missing: Missing }[] {
    return this.tables
      .map(table => ({ table, missing: table.takeMissing() }))
      .filter(
        ({ missing }) => missing.keys.size > 0 || missing.searches.size > 0,
      );
  }

  /** The changes are in the database; keeps at most so many rows per table. */
  written(keep: number): void {
    this.tables.forEach(table => table.written(keep));
  }

  /** What is in memory may differ from the database. */
  forget(): void {
    this.tables.forEach(table => table.forget());
  }

  #run(event: EventEnvelope): void {
    const result: unknown = this.projection.on[event.type]!(
      event,
      this.#byName,
    );
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new TypeError(`The handler of ${event.type} is async`);
    }
  }
}
