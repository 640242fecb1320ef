import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { EventLog } from '../log/EventLog';
import type { EventFeed } from './EventFeed';
import type { Gate } from './Gate';
import type { LogWatch } from './LogWatch';
import type { SpoolerSettings } from './settings';
import type { Spooler } from './Spooler';

/** What a spooler needs of its surroundings. */
export interface SpoolerContext {
  /** The database of the view. */
  readonly knex: Knex;
  readonly log: EventLog;
  readonly feed: EventFeed;
  readonly watch: LogWatch;
  readonly gate: Gate;
  readonly settings: SpoolerSettings;
  readonly logger: LoggerService;
  /**
   * A generation being built has reached the end of the log.
   *
   * @returns whether it is live now; if not, it has to get further first
   */
  goLive(spooler: Spooler): Promise<boolean>;
  /** Quarantine cannot be healed in place. */
  rebuild(spooler: Spooler): Promise<void>;
  /** What was applied is not in the log, e.g. since an old backup was restored. */
  logChanged(spooler: Spooler): Promise<void>;
  /** Told after each batch. */
  onBatch?(spooler: Spooler, events: number, seconds: number): void;
}
