/**
 * The event store: the log, deciders and commands, projections, spoolers and
 * reactors.
 *
 * @packageDocumentation
 */

export { migrateLog } from './database/migrateLog';
export {
  requirePostgres,
  UnsupportedDatabaseError,
} from './database/requirePostgres';
export * from './log/EventLog';
export {
  PostgresEventLog,
  type EventLogSettings,
} from './log/PostgresEventLog';
export {
  localMasterKey,
  type MasterKey,
  type WrappedKey,
} from './personal/MasterKey';
