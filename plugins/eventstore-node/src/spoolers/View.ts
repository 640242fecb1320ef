import {
  aggregateId as checkAggregateId,
  BadArgumentError,
  limits,
  position as checkPosition,
  type AggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { tableAsOf, tableNow, type TableSource } from '../projections/asOf';
import { fromDatabase } from '../projections/column';
import type {
  Projection,
  RowOf,
  TableDefinition,
  Tables,
} from '../projections/defineProjection';
import { canServe, type Declaration, type Shape } from './Declaration';
import {
  NoHistoryError,
  UnknownViewError,
  ViewBehindError,
  ViewNotReadyError,
} from './errors';
import { readInOrder } from './EventFeed';
import { selectSpooler } from './operations/selectSpooler';
import { pause } from './pause';
import type { SpoolerHost } from './SpoolerHost';
import type { SpoolerRow } from './tables';

/** @public */
export interface WaitOptions {
  /** Longest wait in milliseconds; 2,000 when left out. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * What a read of a view has to show.
 *
 * @public
 */
export interface OpenOptions extends WaitOptions {
  /** At least the events up to this position: read-your-writes. */
  readonly after?: Position;
  /** Everything that has happened to this aggregate. */
  readonly fresh?: AggregateId;
  /** What was so at this position or time. */
  readonly asOf?: Position | Date;
}

/**
 * A view's tables, now or at a position.
 *
 * @public
 */
export interface OpenView<TTables extends Tables> {
  /** Undefined: now. */
  readonly asOf: Position | undefined;
  /**
   * A table to select from or to join with.
   *
   * @example
   * ```ts
   * const { table } = await users.open({ asOf });
   * const rows = await knex.select('u.name').from(table('users', 'u'));
   * ```
   *
   * @param alias - its name in the query; the table's own when left out
   * @throws NoHistoryError when it is declared without history and `asOf` is
   * given
   */
  table(name: keyof TTables & string, alias?: string): Knex.Raw;
  /**
   * The same for a query that reads one page of many rows in some order. It
   * makes a difference for the recent past only.
   *
   * @throws NoHistoryError as above
   */
  page(name: keyof TTables & string, alias?: string): Knex.Raw;
}

/**
 * Whether a view shows everything that has happened to an aggregate.
 *
 * @public
 */
export interface Freshness {
  /** Of the aggregate's last event; 0 when it has none. */
  readonly position: Position;
  /**
   * An event of it could not be applied: the view shows it as it was before
   * that event.
   */
  readonly quarantined: boolean;
}

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;
/** After so many looks at a view that another node leads, that node is called. */
const LOOKS_BEFORE_CALL = 4;
const RETRY_AFTER_SECONDS = 1;

/** So few events can have changed only so many rows. */
const RECENT_EVENTS = 10_000;

/**
 * One view, for those who read it.
 *
 * @public
 */
export class View<TTables extends Tables = Tables> {
  readonly #projection: Projection<TTables>;
  readonly #declaration: Declaration;
  readonly #host: SpoolerHost;
  /** How far each generation is known to be. */
  readonly #known = new Map<number, Position>();

  constructor(
    projection: Projection<TTables>,
    declaration: Declaration,
    host: SpoolerHost,
  ) {
    this.#projection = projection;
    this.#declaration = declaration;
    this.#host = host;
  }

  get name(): string {
    return this.#projection.name;
  }

  get version(): number {
    return this.#projection.version;
  }

  /**
   * Opens the view for a read, when it shows what it has to.
   *
   * @throws ViewBehindError, ViewNotReadyError: with `retryAfter`, in seconds
   * @throws BadArgumentError when a position is beyond the log, or a time is
   * none
   */
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

  /**
   * The view's tables as they are now or were at a position, without waiting
   * for anything. A position that the view has not reached yet shows less than
   * it will.
   *
   * @throws ViewNotReadyError
   */
  at(asOf?: Position): OpenView<TTables> {
    if (asOf !== undefined) {
      checkPosition(asOf, 'asOf');
    }
    const row = this.#readable();
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
    const isRecent = this.#knownPosition(row) - asOf <= RECENT_EVENTS;
    return {
      asOf,
      table: (name, alias = name) =>
        tableAsOf(knex, source(name, alias), asOf, false),
      page: (name, alias = name) =>
        tableAsOf(knex, source(name, alias), asOf, isRecent),
    };
  }

  /** A row as the driver returns it, in the types of its declaration. */
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

  /**
   * Waits until the view can be read.
   *
   * @throws ViewNotReadyError when it is not in time
   */
  async ready(options: WaitOptions = {}): Promise<void> {
    const deadline = this.#deadline(options);
    for (;;) {
      try {
        this.#readable();
        return;
      } catch (error) {
        if (performance.now() >= deadline) {
          throw error;
        }
      }
      await this.#host.tick();
      await pause(LONGEST_PAUSE_MS, options.signal);
    }
  }

  /**
   * Waits until the view shows every event up to a position.
   *
   * @throws ViewBehindError when it does not in time, ViewNotReadyError when it
   * is being built
   * @throws BadArgumentError when the position is beyond the log
   */
  async waitFor(position: Position, options: WaitOptions = {}): Promise<void> {
    checkPosition(position);
    if (!this.#hasReached(position)) {
      await this.#wait(position, options);
    }
  }

  /**
   * Waits until the view shows everything that has happened to an aggregate.
   *
   * @throws as {@link View.waitFor}
   */
  async catchUp(
    aggregateId: AggregateId,
    options: WaitOptions = {},
  ): Promise<Freshness> {
    const id = checkAggregateId(aggregateId);
    const position = await this.#host.log.positionOf(id);
    if (!this.#hasReached(position)) {
      await this.#wait(position, options);
    }
    return { position, quarantined: await this.#isQuarantined(id) };
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

  /**
   * The generation that is read. While this version is built for the first
   * time, that of another version is, if it has all that can be asked for.
   */
  #readable(): SpoolerRow {
    const live = this.#host.liveRow(this.#declaration);
    if (live) {
      return live;
    }
    const other = this.#host.rows
      .filter(
        row =>
          row.kind === 'view' &&
          row.name === this.name &&
          row.state === 'live' &&
          canServe(this.#declaration.shape as Shape, row.shape as Shape),
      )
      .at(-1);
    if (!other) {
      throw new ViewNotReadyError(this.name, RETRY_AFTER_SECONDS);
    }
    return other;
  }

  #hasReached(position: Position): boolean {
    const { id } = this.#readable();
    const known = this.#host.leading(id)?.position ?? this.#known.get(id) ?? 0;
    return known >= position;
  }

  /** How far the view is at least. */
  #knownPosition(row: SpoolerRow): number {
    return Math.max(
      row.position,
      this.#host.leading(row.id)?.position ?? 0,
      this.#known.get(row.id) ?? 0,
    );
  }

  async #wait(position: Position, options: WaitOptions): Promise<void> {
    const { watch } = this.#host;
    if (position > watch.head && position > (await watch.ask())) {
      throw new BadArgumentError(
        'position',
        `${position} is beyond the head of the log, ${watch.head}`,
      );
    }
    const deadline = this.#deadline(options);
    let pauseMs = FIRST_PAUSE_MS;
    for (let looks = 1; ; looks++) {
      const row = this.#readable();
      const spooler = this.#host.leading(row.id);
      if (spooler) {
        spooler.wake();
        await spooler.reach(position, {
          // Not longer: it may be led elsewhere meanwhile.
          timeoutMs: Math.min(100, Math.max(0, deadline - performance.now())),
          signal: options.signal,
        });
      } else if (!(await this.#look(row, position))) {
        if (looks === LOOKS_BEFORE_CALL) {
          // Its leader may have missed that the log has grown.
          await watch.signal('wanted');
        }
        await pause(pauseMs, options.signal);
        pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
      }
      if (this.#hasReached(position)) {
        return;
      }
      if (performance.now() >= deadline) {
        throw new ViewBehindError({
          view: this.name,
          position: this.#known.get(row.id) ?? row.position,
          wanted: position,
          retryAfter: RETRY_AFTER_SECONDS,
        });
      }
    }
  }

  /** Looks in the database whether another node has got the view there. */
  async #look(row: SpoolerRow, position: Position): Promise<boolean> {
    const { knex, log } = this.#host;
    const found = await selectSpooler(knex, row.id);
    if (found?.state !== 'live') {
      await this.#host.tick();
      return false;
    }
    let reached = found.position;
    const { types } = this.#declaration;
    if (reached < position && types.length <= limits.filterTypes) {
      // A position is written only together with changes. Is there one to come?
      const { events, through } = await readInOrder(log, {
        after: reached,
        limit: 1,
        filter: { types },
      });
      reached = Math.max(
        reached,
        events[0] ? events[0].position - 1 : through,
      ) as Position;
    }
    this.#known.clear();
    this.#known.set(row.id, reached);
    return reached >= position;
  }

  async #isQuarantined(id: AggregateId): Promise<boolean> {
    const row = this.#readable();
    const spooler = this.#host.leading(row.id);
    if (spooler) {
      return spooler.isQuarantined(id);
    }
    const found = await this.#host
      .knex('eventstore_quarantine')
      .where({ spooler_id: row.id, aggregate_id: id })
      .first('spooler_id');
    return found !== undefined;
  }

  #deadline({ timeoutMs }: WaitOptions): number {
    return performance.now() + (timeoutMs ?? this.#host.settings.waitMs);
  }
}
