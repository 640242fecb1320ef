import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { requirePostgres } from '../database/requirePostgres';
import type { EventLog } from '../log/EventLog';
import type { Declaration } from './Declaration';
import { EventFeed } from './EventFeed';
import { Gate } from './Gate';
import type { LogWatch } from './LogWatch';
import { migrateViews } from './migrateViews';
import { addGeneration, ensureGeneration } from './operations/addGeneration';
import { analyze } from './operations/analyze';
import { forgetDeadNodes } from './operations/deadNodes';
import { goLive } from './operations/goLive';
import { releaseLeases, renewLeases } from './operations/renewLeases';
import { rewind } from './operations/rewind';
import { dropRetired, retireSuperseded } from './operations/retire';
import type { SpoolerSettings } from './settings';
import { Spooler, type SpoolerContext } from './Spooler';
import type { SpoolerKind, SpoolerRow } from './tables';
import { ViewTarget } from './ViewTarget';

/** Whoever runs jobs beside the spoolers. */
export interface Workers {
  /** Names under which they lock jobs. */
  ids(): readonly string[];
  /**
   * Gives jobs back that have been locked for some time by workers of no node
   * that lives.
   */
  freeOrphans(lockedMs: number): Promise<void>;
}

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
  onBatch?(spooler: Spooler, events: number, seconds: number): void;
}

const RETRY_LOCKED_MS = 200;
const MAX_JITTER_MS = 150;
const MIN_TICK_MS = 20;

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
  #prepared?: Promise<void>;
  #rows: readonly SpoolerRow[] = [];
  #timer?: NodeJS.Timeout;
  #ticking?: Promise<void>;
  #tickAgain = false;
  #running = false;
  #unlisten?: () => void;
  /** Only who leads has to know that the log has grown. */
  #unwatch?: () => void;
  #cleaning?: Promise<void>;
  #workers: Workers | undefined;

  constructor(options: SpoolerHostOptions) {
    this.#options = options;
    this.#gate = new Gate(options.settings.batchesAtOnce);
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
    await this.#ensure(declaration);
    this.#declarations.set(
      `${declaration.kind}/${declaration.name}`,
      declaration,
    );
    if (this.#running) {
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
    this.#running = true;
    this.#unlisten = this.watch.onSignal(() => void this.tick());
    await this.tick();
  }

  /** Lets batches under way finish, and gives up all leases. */
  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#unlisten?.();
    this.#unwatch?.();
    this.#unwatch = undefined;
    await this.#ticking?.catch(() => {});
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
    const row = await addGeneration(
      this.knex,
      await this.#newGeneration(declaration, 'building'),
    );
    await this.watch.signal('rebuild');
    await this.tick();
    return row;
  }

  /** Renews leases now. When a tick is under way, another follows it. */
  async tick(): Promise<void> {
    if (this.#ticking) {
      this.#tickAgain = true;
      await this.#ticking;
      return;
    }
    clearTimeout(this.#timer);
    this.#ticking = this.#tickUntilDone();
    try {
      await this.#ticking;
    } finally {
      this.#ticking = undefined;
    }
  }

  async #tickUntilDone(): Promise<void> {
    let pause = RETRY_LOCKED_MS;
    do {
      this.#tickAgain = false;
      try {
        pause = await this.#tickOnce();
      } catch (error) {
        this.#options.logger.warn(`Could not renew leases: ${error}`);
      }
    } while (this.#tickAgain && this.#running);
    if (this.#running) {
      this.#timer = setTimeout(() => void this.tick(), pause);
    }
  }

  /** @returns milliseconds until the next tick */
  async #tickOnce(): Promise<number> {
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
    if (!this.#running) {
      return 0;
    }
    this.#follow();
    this.#watchWhileLeading();
    this.#watchers.forEach(listener => listener());
    this.#cleaning ??= this.#clean().finally(() => {
      this.#cleaning = undefined;
    });
    return this.#untilNextTick();
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

  #watchWhileLeading(): void {
    if (this.#spoolers.size === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else {
      this.#unwatch ??= this.watch.onMoved(() => {
        for (const spooler of this.#spoolers.values()) {
          spooler.wake();
        }
      });
    }
  }

  #untilNextTick(): number {
    const { leaseMs } = this.settings;
    const times = [leaseMs / 3];
    if (this.#spoolers.size === 0) {
      times[0] = leaseMs;
    }
    for (const row of this.#rows) {
      const declaration = this.#declarationOf(row);
      if (
        declaration &&
        this.runs(row.kind) &&
        row.state !== 'retired' &&
        row.node !== this.node
      ) {
        times.push(
          row.leaseMs > 0
            ? row.leaseMs + 10 + Math.random() * MAX_JITTER_MS
            : RETRY_LOCKED_MS,
        );
      }
    }
    return Math.max(MIN_TICK_MS, Math.min(...times));
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
      goLive: spooler => this.#goLive(spooler),
      rebuild: async spooler => {
        await this.#rebuildOf(spooler);
      },
      logChanged: spooler => this.#logChanged(spooler),
    };
  }

  async #goLive(spooler: Spooler): Promise<boolean> {
    const declaration = this.#declarationOf(spooler.row)!;
    await analyze(this.knex, spooler.row.schemaName!);
    const live = await goLive(this.knex, spooler.row, {
      liveSchema: declaration.schema!,
      schemaOf: generation => declaration.schemaOf(generation)!,
      head: this.watch.head,
      leaseMs: this.settings.leaseMs,
    });
    if (live) {
      (spooler.target as ViewTarget).moveTo(declaration.schema!);
      this.#options.logger.info(
        `View ${declaration.name} v${declaration.version} is live at position ${spooler.position}`,
      );
      // Other processes read it from their next tick on.
      await this.watch.signal('live');
      void this.tick();
    }
    return live;
  }

  async #rebuildOf(spooler: Spooler): Promise<void> {
    const declaration = this.#declarationOf(spooler.row)!;
    if (spooler.row.state === 'building') {
      return;
    }
    await addGeneration(
      this.knex,
      await this.#newGeneration(declaration, 'building'),
    );
    await this.watch.signal('rebuild');
    void this.tick();
  }

  /**
   * What a view was made from is not in the log: it is made anew. A reactor goes
   * on at the end of the log; what it has done it has done.
   */
  async #logChanged(spooler: Spooler): Promise<void> {
    const { row } = spooler;
    this.#options.logger.error(
      `The log does not have the event that ${row.kind} ${row.name} saw last (position ${row.anchor?.position ?? row.position}); was an old backup restored?`,
    );
    if (row.kind === 'view' && row.state === 'live') {
      await this.#rebuildOf(spooler);
    } else {
      const { position } = await this.log.head();
      await rewind(this.knex, row, {
        position: row.kind === 'view' ? 0 : position,
        incarnation: await this.log.incarnation(),
      });
    }
  }

  async #ensure(declaration: Declaration): Promise<void> {
    await ensureGeneration(
      this.knex,
      await this.#newGeneration(
        declaration,
        declaration.kind === 'view' ? 'building' : 'live',
      ),
    );
  }

  async #newGeneration(declaration: Declaration, state: 'building' | 'live') {
    const goal = (await this.log.head()).position;
    return {
      kind: declaration.kind,
      name: declaration.name,
      version: declaration.version,
      shape: declaration.shape,
      state,
      position: declaration.from === 'now' ? goal : (0 as Position),
      incarnation: await this.log.incarnation(),
      goal,
      schemaOf: (generation: number) => declaration.schemaOf(generation),
      createStatements: (schema: string) =>
        declaration.createStatements(schema),
    };
  }

  /** Drops what nobody reads any more, and forgets nodes that have died. */
  async #clean(): Promise<void> {
    try {
      for (const spooler of this.#spoolers.values()) {
        const { row } = spooler;
        const others = this.#rows.filter(
          other =>
            other.kind === row.kind &&
            other.name === row.name &&
            other.id !== row.id,
        );
        if (row.state !== 'live' || others.length === 0) {
          continue;
        }
        if (others.some(other => other.version < row.version)) {
          await retireSuperseded(
            this.knex,
            row.kind,
            row.name,
            this.settings.keepSupersededMs,
          );
        }
        for (const other of others) {
          if (other.state === 'retired') {
            await dropRetired(this.knex, other);
          }
        }
      }
      const silentMs = 2 * this.settings.leaseMs;
      if (this.#spoolers.size > 0) {
        await forgetDeadNodes(this.knex, silentMs);
      }
      if ([...this.#spoolers.values()].some(s => s.row.kind === 'reactor')) {
        await this.#workers?.freeOrphans(silentMs);
      }
    } catch (error) {
      this.#options.logger.debug(`Could not clean up: ${error}`);
    }
  }
}
