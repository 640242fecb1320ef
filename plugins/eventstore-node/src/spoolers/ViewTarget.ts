import type { Knex } from 'knex';
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import { rawPrepared } from '../database/rawPrepared';
import { fromDatabase } from '../projections/column';
import type { Projection } from '../projections/defineProjection';
import type { StatementPart } from '../projections/statements';
import { TableStatements } from '../projections/statements';
import type { Row } from '../projections/RowCheck';
import type { TableFold } from '../projections/TableFold';
import { ViewFold, type Applied } from '../projections/ViewFold';
import type { Target } from './Target';

const MAX_PREPARED = 50;

/** The tables of one generation of a view. */
export class ViewTarget implements Target {
  readonly types: ReadonlySet<string>;
  readonly #fold: ViewFold;
  readonly #keepRows: number;
  #statements: TableStatements[];

  constructor(
    projection: Projection,
    options: { schema: string; keepRows: number },
  ) {
    this.types = new Set(projection.events.map(({ type }) => type));
    this.#fold = new ViewFold(projection);
    this.#keepRows = options.keepRows;
    this.#statements = this.#statementsFor(options.schema);
  }

  /** The tables are in another schema from now on. */
  moveTo(schema: string): void {
    this.#statements = this.#statementsFor(schema);
  }

  apply(event: EventEnvelope, track: boolean): Applied {
    return this.#fold.apply(event, track);
  }

  discover(event: EventEnvelope): void {
    this.#fold.discover(event);
  }

  async fetch(knex: Knex): Promise<void> {
    for (const { table, missing } of this.#fold.takeMissing()) {
      const statements = this.#statements[this.#fold.tables.indexOf(table)]!;
      const selects: StatementPart[] = [...missing.searches.values()].map(
        values => statements.selectByValues(values),
      );
      if (missing.keys.size > 0) {
        selects.push(statements.selectByKey([...missing.keys.values()]));
      }
      const rows: { row: Row; from: number }[] = [];
      for (const { sql, bindings } of selects) {
        // For many keys the plan should know how many.
        const { rows: found } = await (missing.keys.size <= MAX_PREPARED
          ? rawPrepared(knex, sql, bindings)
          : knex.raw(sql, bindings as Knex.RawBinding[]));
        for (const row of found) {
          rows.push(decodeRow(table, row));
        }
      }
      table.load(rows, missing);
    }
  }

  parts(): StatementPart[] {
    return this.#statements.flatMap(statements => statements.parts());
  }

  written(): void {
    this.#fold.written(this.#keepRows);
  }

  forget(): void {
    this.#fold.forget();
  }

  #statementsFor(schema: string): TableStatements[] {
    return this.#fold.tables.map(
      (table, index) => new TableStatements(schema, table, index),
    );
  }
}

function decodeRow(
  table: TableFold,
  found: Readonly<Record<string, unknown>>,
): { row: Row; from: number } {
  const row: Record<string, unknown> = {};
  for (const name of table.columns) {
    row[name] = fromDatabase(table.definition.columns[name]!.type, found[name]);
  }
  return { row: Object.freeze(row), from: Number(found.valid_from) };
}
