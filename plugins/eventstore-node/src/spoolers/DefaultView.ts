import {
  aggregateId as checkAggregateId,
  BadArgumentError,
  position as checkPosition,
  type AggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import { tableAsOf, tableNow, type TableSource } from '../projections/asOf';
import { fromDatabase } from '../projections/column';
import type {
  Projection,
  RowOf,
  TableDefinition,
  Tables,
} from '../projections/defineProjection';
import type { Declaration } from './Declaration';
import { NoHistoryError, UnknownViewError } from './errors';
import type { Freshness, OpenOptions, OpenView, WaitOptions } from './OpenView';
import { ReadableView } from './ReadableView';
import type { SpoolerHost } from './SpoolerHost';
import type { View } from './View';

/** So few events can have changed only so many rows. */
const RECENT_EVENTS = 10_000;

/** A view whose tables are in the database of the host. */
export class DefaultView<TTables extends Tables = Tables>
  implements View<TTables>
{
  readonly #projection: Projection<TTables>;
  readonly #host: SpoolerHost;
  readonly #readable: ReadableView;

  constructor(
    projection: Projection<TTables>,
    declaration: Declaration,
    host: SpoolerHost,
  ) {
    this.#projection = projection;
    this.#host = host;
    this.#readable = new ReadableView(declaration, host);
  }

  get name(): string {
    return this.#projection.name;
  }

  get version(): number {
    return this.#projection.version;
  }

  async open(options: OpenOptions = {}): Promise<OpenView<TTables>> {
    const asOf = await this.#resolve(options.asOf);
    const wanted = Math.max(options.after ?? 0, asOf ?? 0) as Position;
    if (options.after !== undefined) {
      checkPosition(options.after, 'after');
    }
    if (wanted > 0) {
      await this.waitFor(wanted, options);
    }
    if (options.fresh !== undefined) {
      await this.catchUp(options.fresh, options);
    }
    return this.at(asOf);
  }

  at(asOf?: Position): OpenView<TTables> {
    if (asOf !== undefined) {
      checkPosition(asOf, 'asOf');
    }
    const row = this.#readable.generation();
    const { knex } = this.#host;
    const source = (name: string, alias: string): TableSource => {
      const definition = this.#table(name);
      if (asOf !== undefined && !definition.history) {
        throw new NoHistoryError(this.name, name);
      }
      return { schema: row.schemaName!, name, definition, alias };
    };
    if (asOf === undefined) {
      const now = (name: string, alias = name) =>
        tableNow(knex, source(name, alias));
      return { asOf, table: now, page: now };
    }
    const isRecent = this.#readable.knownPosition(row) - asOf <= RECENT_EVENTS;
    return {
      asOf,
      table: (name, alias = name) =>
        tableAsOf(knex, source(name, alias), asOf, false),
      page: (name, alias = name) =>
        tableAsOf(knex, source(name, alias), asOf, isRecent),
    };
  }

  toRow<TName extends keyof TTables & string>(
    name: TName,
    found: Readonly<Record<string, unknown>>,
  ): RowOf<TTables[TName]> {
    const row: Record<string, unknown> = {};
    for (const [column, { type }] of Object.entries(
      this.#table(name).columns as Record<string, { type: any }>, // any: of any table
    )) {
      row[column] = fromDatabase(type, found[column]);
    }
    return row as RowOf<TTables[TName]>;
  }

  async ready(options: WaitOptions = {}): Promise<void> {
    await this.#readable.ready(options);
  }

  async waitFor(position: Position, options: WaitOptions = {}): Promise<void> {
    checkPosition(position);
    await this.#readable.reach(position, options);
  }

  async catchUp(
    aggregateId: AggregateId,
    options: WaitOptions = {},
  ): Promise<Freshness> {
    const id = checkAggregateId(aggregateId);
    const position = await this.#host.log.positionOf(id);
    await this.#readable.reach(position, options);
    return { position, quarantined: await this.#readable.isQuarantined(id) };
  }

  async #resolve(
    asOf: Position | Date | undefined,
  ): Promise<Position | undefined> {
    if (!(asOf instanceof Date)) {
      return asOf === undefined ? undefined : checkPosition(asOf, 'asOf');
    }
    if (Number.isNaN(asOf.getTime())) {
      throw new BadArgumentError('asOf', 'must be a valid date');
    }
    return this.#host.log.positionAt(asOf);
  }

  #table(name: string): TableDefinition {
    const definition = Object.hasOwn(this.#projection.tables, name)
      ? this.#projection.tables[name]
      : undefined;
    if (!definition) {
      throw new UnknownViewError(`${this.name}.${name}`);
    }
    return definition;
  }
}
