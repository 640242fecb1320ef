import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { EventLog } from '../log/EventLog';
import type { EventFeed } from './EventFeed';
import type { Gate } from './Gate';
import type { LogWatch } from './LogWatch';
import type { SpoolerSettings } from './settings';
import type { Spooler } from './Spooler';
import type { GenerationState, SpoolerKind } from './tables';

/**
 * What a spooler has done with one piece of the log.
 *
 * @public
 */
export interface BatchNotice {
  readonly kind: SpoolerKind;
  /** Of the view or reactor. */
  readonly name: string;
  readonly version: number;
  readonly state: GenerationState;
  /** Where it is now. */
  readonly position: Position;
  /** Events that concerned it. */
  readonly events: number;
  /** From the end of the batch before, or from the start of this one. */
  readonly seconds: number;
}

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
  onBatch?(batch: BatchNotice): void;
}
