import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { EventLog } from '../log/EventLog';
import { EventFeed } from './EventFeed';
import { LogWatch } from './LogWatch';
import { defaultSettings, type SpoolerSettings } from './settings';

/** Which work a process takes on. @public */
export interface SpoolerRoles {
  /** Leads spoolers of views. */
  readonly spoolers: boolean;
  /** Leads spoolers of reactors, and runs their jobs. */
  readonly reactors: boolean;
}

/** What only this package needs of a node. */
interface Shared {
  readonly watch: LogWatch;
  readonly feed: EventFeed;
}

const shared = new WeakMap<SpoolerNode, Shared>();

/** What the spoolers of a process share, for who runs them. */
export function sharedOf(node: SpoolerNode): Shared {
  return shared.get(node)!;
}

/**
 * What the spoolers of one process share, whichever database their views are
 * in: the connection to the log, its newest events, and the process's name.
 *
 * @public
 */
export class SpoolerNode {
  /** Unique for each start of each process. */
  readonly id = `${hostname()}/${process.pid}/${randomBytes(4).toString('hex')}`;
  readonly log: EventLog;
  readonly settings: SpoolerSettings;
  readonly roles: SpoolerRoles;
  readonly logger: LoggerService;

  /** @param options - `knex`: the log's database */
  constructor(options: {
    log: EventLog;
    knex: Knex;
    logger: LoggerService;
    roles?: Partial<SpoolerRoles>;
    settings?: Partial<SpoolerSettings>;
    /** Whether to listen for what other processes store; a poll is made anyhow. */
    listens?: boolean;
  }) {
    this.log = options.log;
    this.logger = options.logger;
    this.settings = { ...defaultSettings, ...options.settings };
    this.roles = { spoolers: true, reactors: true, ...options.roles };
    const watch = new LogWatch({
      log: options.log,
      knex: options.knex,
      logger: options.logger,
      pollMs: this.settings.pollMs,
      listens: options.listens,
    });
    const feed = new EventFeed({
      log: options.log,
      batchSize: this.settings.batchSize,
    });
    shared.set(this, { watch, feed });
  }

  start(): void {
    sharedOf(this).watch.start();
  }

  async stop(): Promise<void> {
    await sharedOf(this).watch.stop();
  }
}
