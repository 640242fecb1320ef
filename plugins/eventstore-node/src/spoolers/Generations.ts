import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { EventLog } from '../log/EventLog';
import type { Declaration } from './Declaration';
import type { LogWatch } from './LogWatch';
import {
  addGeneration,
  ensureGeneration,
  type NewGeneration,
} from './operations/addGeneration';
import { analyze } from './operations/analyze';
import { goLive } from './operations/goLive';
import { rewind } from './operations/rewind';
import type { SpoolerSettings } from './settings';
import type { Spooler } from './Spooler';
import type { SpoolerRow } from './tables';
import { ViewTarget } from './ViewTarget';

/** @see {@link Generations} */
export interface GenerationsOptions {
  readonly knex: Knex;
  readonly log: EventLog;
  readonly watch: LogWatch;
  readonly settings: SpoolerSettings;
  readonly logger: LoggerService;
  /** What a row was made from. */
  declarationOf(row: SpoolerRow): Declaration | undefined;
  /** Leases are to be renewed, and what is new is to be led. */
  tick(): Promise<void>;
}

/**
 * The generations of views and reactors: how each comes to be, is filled beside
 * the one that is read, and takes its place.
 */
export class Generations {
  readonly #options: GenerationsOptions;

  constructor(options: GenerationsOptions) {
    this.#options = options;
  }

  /**
   * Makes the first generation of a version, unless there is one.
   *
   * @throws DeclarationChangedError when its tables are not those there are
   */
  async ensure(declaration: Declaration): Promise<void> {
    await ensureGeneration(
      this.#options.knex,
      await this.#new(
        declaration,
        declaration.kind === 'view' ? 'building' : 'live',
      ),
    );
  }

  /** Adds a generation that is filled beside the one that is read. */
  async add(declaration: Declaration): Promise<SpoolerRow> {
    const row = await addGeneration(
      this.#options.knex,
      await this.#new(declaration, 'building'),
    );
    await this.#options.watch.signal('rebuild');
    return row;
  }

  /** Fills the view of a spooler anew, unless that is what it does already. */
  async addBeside(spooler: Spooler): Promise<void> {
    if (spooler.row.state === 'building') {
      return;
    }
    await this.add(this.#options.declarationOf(spooler.row)!);
    void this.#options.tick();
  }

  /** @returns whether the generation is read now */
  async goLive(spooler: Spooler): Promise<boolean> {
    const { knex, watch, settings, logger, tick } = this.#options;
    const declaration = this.#options.declarationOf(spooler.row)!;
    await analyze(knex, spooler.row.schemaName!);
    const live = await goLive(knex, spooler.row, {
      liveSchema: declaration.schema!,
      schemaOf: generation => declaration.schemaOf(generation)!,
      head: watch.head,
      leaseMs: settings.leaseMs,
    });
    if (live) {
      (spooler.target as ViewTarget).moveTo(declaration.schema!);
      logger.info(
        `View ${declaration.name} v${declaration.version} is live at position ${spooler.position}`,
      );
      // Other processes read it from their next tick on.
      await watch.signal('live');
      void tick();
    }
    return live;
  }

  /**
   * What a view was made from is not in the log: it is made anew. A reactor goes
   * on at the end of the log; what it has done it has done.
   */
  async logChanged(spooler: Spooler): Promise<void> {
    const { knex, log, logger } = this.#options;
    const { row } = spooler;
    logger.error(
      `The log does not have the event that ${row.kind} ${row.name} saw last (position ${row.anchor?.position ?? row.position}); was an old backup restored?`,
    );
    if (row.kind === 'view' && row.state === 'live') {
      await this.addBeside(spooler);
    } else {
      const { position } = await log.head();
      await rewind(knex, row, {
        position: row.kind === 'view' ? 0 : position,
        incarnation: await log.incarnation(),
      });
    }
  }

  async #new(
    declaration: Declaration,
    state: 'building' | 'live',
  ): Promise<NewGeneration> {
    const { log } = this.#options;
    const goal = (await log.head()).position;
    return {
      kind: declaration.kind,
      name: declaration.name,
      version: declaration.version,
      shape: declaration.shape,
      state,
      position: declaration.from === 'now' ? goal : (0 as Position),
      incarnation: await log.incarnation(),
      goal,
      schemaOf: generation => declaration.schemaOf(generation),
      createStatements: schema => declaration.createStatements(schema),
    };
  }
}
