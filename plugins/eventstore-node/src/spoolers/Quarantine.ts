import type { AggregateId } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { selectQuarantine } from './operations/quarantine';
import type { SpoolerRow } from './tables';

/**
 * What a spooler knows of its quarantine: which aggregates are in it, and
 * whether the list of rows used meanwhile is still complete. By that list a
 * replay finds out whether it would be out of order.
 */
export class Quarantine {
  readonly #aggregates: Set<AggregateId>;
  readonly #maxTouched: number;
  #tracked: boolean;
  /** How many rows are in the list of rows used, at most. */
  #touchedRows: number;

  private constructor(
    aggregates: Set<AggregateId>,
    options: { tracked: boolean; maxTouched: number },
  ) {
    this.#aggregates = aggregates;
    this.#maxTouched = options.maxTouched;
    this.#tracked = options.tracked;
    // Not counted yet: the next that are added make it look.
    this.#touchedRows = aggregates.size > 0 ? Infinity : 0;
  }

  /** As it is before anything was read. */
  static empty(): Quarantine {
    return new Quarantine(new Set(), { tracked: true, maxTouched: 0 });
  }

  /** As the database has it. */
  static async read(
    knex: Knex,
    row: SpoolerRow,
    options: { maxTouched: number },
  ): Promise<Quarantine> {
    const found =
      row.quarantined === 0 ? [] : await selectQuarantine(knex, [row.id]);
    return new Quarantine(new Set(found.map(q => q.aggregateId)), {
      tracked: row.tracked,
      maxTouched: options.maxTouched,
    });
  }

  get size(): number {
    return this.#aggregates.size;
  }

  /** Whether the list of rows used is complete. */
  get tracked(): boolean {
    return this.#tracked;
  }

  has(id: AggregateId): boolean {
    return this.#aggregates.has(id);
  }

  add(id: AggregateId): void {
    this.#aggregates.add(id);
  }

  delete(id: AggregateId): void {
    this.#aggregates.delete(id);
  }

  /** After a write that said so. */
  setTracked(tracked: boolean): void {
    this.#tracked = tracked;
  }

  /** The list of rows used is empty: nothing is in quarantine any more. */
  cleared(): void {
    this.#touchedRows = 0;
  }

  /**
   * Whether the list is complete after these rows are added to it. It is not
   * when it would be too long, and then stays so.
   *
   * @param count - counts the rows that the database has
   */
  async canTrack(rows: number, count: () => Promise<number>): Promise<boolean> {
    if (!this.#tracked) {
      return false;
    }
    if (rows === 0) {
      return true;
    }
    this.#touchedRows += rows;
    if (this.#touchedRows <= this.#maxTouched) {
      return true;
    }
    // Many of them will have been the same rows again.
    this.#touchedRows = (await count()) + rows;
    return this.#touchedRows <= this.#maxTouched;
  }
}
