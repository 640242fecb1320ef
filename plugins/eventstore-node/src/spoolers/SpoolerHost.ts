import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { requirePostgres } from '../database/requirePostgres';
import type { EventLog } from '../log/EventLog';
import { cleanUp } from './cleanUp';
import type { Declaration } from './Declaration';
import type { EventFeed } from './EventFeed';
import { Gate } from './Gate';
import { Generations } from './Generations';
import { WANTED, type LogWatch } from './LogWatch';
import { migrateViews } from './migrateViews';
import { releaseLeases, renewLeases } from './operations/renewLeases';
import type { SpoolerSettings } from './settings';
import { Spooler } from './Spooler';
import type { BatchNotice, SpoolerContext } from './SpoolerContext';
import type { SpoolerKind, SpoolerRow } from './tables';
import { Ticker } from './Ticker';
import { RETRY_LOCKED_MS, untilNextTick } from './untilNextTick';
import type { Workers } from './Workers';

/** @see {@link SpoolerHost} */
export interface SpoolerHostOptions {
  /** The plugin's database. */
  knex: Knex;
  /** Tables are made and brought up to date unless this is false. */
  migrate?: boolean;
  log: EventLog;
  watch: LogWatch;
  feed: EventFeed;
  /** Unique for each start of each process. */
  node: string;
  /** Which spoolers this process may lead. */
  roles: { spoolers: boolean; reactors: boolean };
  settings: SpoolerSettings;
  logger: LoggerService;
  onBatch?(batch: BatchNotice): void;
}

/**
 * The spoolers of one plugin's database, as far as this process is concerned.
 *
 * At each tick one statement extends the leases that this process holds, takes
 * those that have run out, and reads how the others stand. The next tick is when
 * a third of a lease is over, or as soon as another node's lease would end; a
 * process that leads nothing therefore asks about once per lease.
 */
export class SpoolerHost {
  readonly #options: SpoolerHostOptions;
  readonly #gate: Gate;
  readonly #declarations = new Map<string, Declaration>();
  readonly #spoolers = new Map<number, Spooler>();
  readonly #watchers = new Set<() => void>();
  readonly #generations: Generations;
  readonly #ticker: Ticker;
  #prepared?: Promise<void>;
  #rows: readonly SpoolerRow[] = [];
  #unlisten?: () => void;
  /** Only who leads has to know that the log has grown. */
  #unwatch?: () => void;
  #cleaning?: Promise<void>;
  #cleanAt = 0;
  #workers: Workers | undefined;

  constructor(options: SpoolerHostOptions) {
    this.#options = options;
    this.#gate = new Gate(options.settings.batchesAtOnce);
    this.#generations = new Generations({
      ...options,
      declarationOf: row => this.#declarationOf(row),
      tick: () => this.tick(),
    });
    this.#ticker = new Ticker(() => this.#renew(), {
      onError: error => options.logger.warn(`Could not renew leases: ${error}`),
      pauseAfterErrorMs: RETRY_LOCKED_MS,
    });
  }

  get knex(): Knex {
    return this.#options.knex;
  }

  get log(): EventLog {
    return this.#options.log;
  }

  get watch(): LogWatch {
    return this.#options.watch;
  }

  get settings(): SpoolerSettings {
    return this.#options.settings;
  }

  get node(): string {
    return this.#options.node;
  }

  get declarations(): Iterable<Declaration> {
    return this.#declarations.values();
  }

  /** All generations, as of the last tick. */
  get rows(): readonly SpoolerRow[] {
    return this.#rows;
  }

  /** The spoolers that this process leads. */
  get spoolers(): Iterable<Spooler> {
    return this.#spoolers.values();
  }

  /** Whether this process may lead spoolers of a kind. */
  runs(kind: SpoolerKind): boolean {
    const { roles } = this.#options;
    return kind === 'view' ? roles.spoolers : roles.reactors;
  }

  /** Those who run jobs here, and free the jobs of nodes that have died. */
  useWorkers(workers: Workers): void {
    this.#workers = workers;
  }

  /** Calls back after each tick. */
  onTick(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /**
   * Adds a view or reactor, and makes its tables. It is led once the host runs,
   * if nobody else leads it.
   *
   * @throws UnsupportedDatabaseError
   * @throws DeclarationChangedError when its tables are not those there are
   */
  async add(declaration: Declaration): Promise<void> {
    this.#prepared ??= this.#prepare();
    await this.#prepared.catch(error => {
      this.#prepared = undefined;
      throw error;
    });
    await this.#generations.ensure(declaration);
    this.#declarations.set(
      `${declaration.kind}/${declaration.name}`,
      declaration,
    );
    if (this.#ticker.running) {
      await this.tick();
    }
  }

  async #prepare(): Promise<void> {
    await requirePostgres(this.knex);
    if (this.#options.migrate ?? true) {
      await migrateViews(this.knex);
    }
  }

  /** The generation of a view that is read by this process's version, if any. */
  liveRow(declaration: Declaration): SpoolerRow | undefined {
    return this.#rows.find(
      row =>
        row.kind === declaration.kind &&
        row.name === declaration.name &&
        row.version === declaration.version &&
        row.state === 'live',
    );
  }

  /** The spooler of a generation, if this process leads it. */
  leading(id: number): Spooler | undefined {
    const spooler = this.#spoolers.get(id);
    return spooler?.leading ? spooler : undefined;
  }

  /** Begins to lead. */
  async start(): Promise<void> {
    this.#unlisten = this.watch.onSignal(signal => {
      if (signal === WANTED) {
        this.#wakeAll();
      } else {
        void this.tick();
      }
    });
    await this.#ticker.start();
  }

  /** Lets batches under way finish, and gives up all leases. */
  async stop(): Promise<void> {
    this.#unlisten?.();
    this.#unwatch?.();
    this.#unwatch = undefined;
    await this.#ticker.stop();
    await this.#cleaning;
    const spoolers = [...this.#spoolers.values()];
    await Promise.all(spoolers.map(spooler => spooler.stop()));
    const led = spoolers.map(spooler => spooler.report);
    this.#spoolers.clear();
    if (this.#declarations.size === 0) {
      return;
    }
    await releaseLeases(this.knex, { node: this.node, led });
    // Others would find out by themselves when the lease would have ended.
    await this.watch.signal('released');
  }

  /** Fills a view anew, beside the tables that are read. */
  async rebuild(declaration: Declaration): Promise<SpoolerRow> {
    const row = await this.#generations.add(declaration);
    await this.tick();
    return row;
  }

  /** Renews leases now. When that is under way, it is done again after. */
  tick(): Promise<void> {
    return this.#ticker.tick();
  }

  /** @returns milliseconds until the next tick */
  async #renew(): Promise<number> {
    const declared = [...this.#declarations.values()];
    if (declared.length === 0) {
      return this.settings.leaseMs;
    }
    this.#rows = await renewLeases(this.knex, {
      node: this.node,
      leaseMs: this.settings.leaseMs,
      run: declared.filter(({ kind }) => this.runs(kind)),
      watch: declared,
      led: [...this.#spoolers.values()]
        .filter(spooler => spooler.leading)
        .map(spooler => spooler.report),
      workers: this.#workers?.ids() ?? [],
    });
    if (!this.#ticker.running) {
      return 0;
    }
    this.#follow();
    this.#watchWhileLeading();
    this.#watchers.forEach(listener => listener());
    this.#cleanNowAndThen();
    return untilNextTick({
      leaseMs: this.settings.leaseMs,
      leads: this.#spoolers.size > 0,
      awaited: this.#rows.filter(
        row =>
          this.#declarationOf(row) &&
          this.runs(row.kind) &&
          row.state !== 'retired' &&
          row.node !== this.node,
      ),
    });
  }

  /** Begins and ends to lead, as the rows say. */
  #follow(): void {
    const mine = new Map(
      this.#rows
        .filter(row => row.node === this.node && row.state !== 'retired')
        .map(row => [row.id, row]),
    );
    for (const [id, spooler] of this.#spoolers) {
      const row = mine.get(id);
      if (row) {
        spooler.renewed(row);
      } else {
        spooler.depose();
      }
      if (!spooler.leading) {
        this.#spoolers.delete(id);
      }
    }
    for (const [id, row] of mine) {
      const declaration = this.#declarationOf(row);
      if (declaration && !this.#spoolers.has(id)) {
        this.#spoolers.set(
          id,
          new Spooler(row, declaration.createTarget(row), this.#context()),
        );
      }
    }
  }

  #wakeAll(): void {
    for (const spooler of this.#spoolers.values()) {
      spooler.wake();
    }
  }

  #watchWhileLeading(): void {
    if (this.#spoolers.size === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else {
      this.#unwatch ??= this.watch.onMoved(() => this.#wakeAll());
    }
  }

  #declarationOf(row: SpoolerRow): Declaration | undefined {
    const declaration = this.#declarations.get(`${row.kind}/${row.name}`);
    return declaration?.version === row.version ? declaration : undefined;
  }

  #context(): SpoolerContext {
    const { knex, log, feed, watch, settings, logger, onBatch } = this.#options;
    return {
      knex,
      log,
      feed,
      watch,
      gate: this.#gate,
      settings,
      logger,
      onBatch,
      goLive: spooler => this.#generations.goLive(spooler),
      rebuild: spooler => this.#generations.addBeside(spooler),
      logChanged: spooler => this.#generations.logChanged(spooler),
    };
  }

  /** Not at each tick: nothing waits for it. */
  #cleanNowAndThen(): void {
    const now = performance.now();
    if (this.#cleaning || now < this.#cleanAt || this.#spoolers.size === 0) {
      return;
    }
    this.#cleanAt = now + this.settings.leaseMs;
    this.#cleaning = this.#clean().finally(() => {
      this.#cleaning = undefined;
    });
  }

  async #clean(): Promise<void> {
    try {
      await cleanUp(this.knex, {
        led: [...this.#spoolers.values()].map(({ row }) => row),
        rows: this.#rows,
        settings: this.settings,
        workers: this.#workers,
      });
    } catch (error) {
      this.#options.logger.debug(`Could not clean up: ${error}`);
    }
  }
}
