/**
 * The event store: the log, deciders and commands, projections, spoolers and
 * reactors.
 *
 * @packageDocumentation
 */

export { backupLog, backupSubjectKeys } from './backup/backup';
export { RestoreError } from './backup/backupFormat';
export {
  restoreLog,
  restoreSubjectKeys,
  type RestoreResult,
} from './backup/restore';
export type { CommandAnswer } from './commands/CommandAnswer';
export type { CommandEnvelope } from './commands/CommandEnvelope';
export {
  CommandRunner,
  type CommandRunnerOptions,
} from './commands/CommandRunner';
export type { DecisionAcross } from './commands/loads';
export type {
  DecidedUnit,
  LoadedAggregate,
  NeededAggregate,
  UnitOfWork,
} from './commands/UnitOfWork';
export { migrateLog } from './database/migrateLog';
export {
  requirePostgres,
  UnsupportedDatabaseError,
} from './database/requirePostgres';
export { deriveAggregateId } from './identity/deriveUuid';
export * from './log/EventLog';
export {
  PostgresEventLog,
  type EventLogSettings,
} from './log/PostgresEventLog';
export type { ErasureCause } from './personal/eraseSubject';
export {
  localMasterKey,
  type MasterKey,
  type WrappedKey,
} from './personal/MasterKey';
export {
  column,
  type Column,
  type ColumnInput,
  type ColumnType,
  type ColumnValue,
  type JsonValue,
} from './projections/column';
export {
  defineProjection,
  defineTable,
  type Columns,
  type IndexDefinition,
  type KeyOf,
  type Projection,
  type RowInput,
  type RowOf,
  type TableDefinition,
  type Tables,
  type TableWriter,
  type Writers,
} from './projections/defineProjection';
export type { LogVerification } from './sealing/verifyLog';
export type { SealFault, SealVerification } from './sealing/verifySeals';
export { EventStore, type EventStoreOptions } from './service/EventStore';
export {
  eventStoreServiceRef,
  type EventStoreService,
} from './service/eventStoreServiceRef';
export {
  rootEventStoreServiceRef,
  type RootEventStore,
} from './service/rootEventStoreServiceRef';
export {
  defineReactor,
  type JobAttempt,
  type JobEvent,
  type Reactor,
} from './reactors/defineReactor';
export type { DeadLetter, JobCounts } from './reactors/deadLetters';
export type { JobSettings } from './reactors/JobRunner';
export { PluginSpoolers } from './service/PluginSpoolers';
export {
  projectionsServiceRef,
  reactorsServiceRef,
  type ProjectionsService,
  type ReactorsService,
} from './service/pluginSpoolersServiceRef';
export {
  rootSpoolersServiceRef,
  type RootSpoolers,
} from './service/rootSpoolersServiceRef';
export {
  DeclarationChangedError,
  NoHistoryError,
  UnknownViewError,
  ViewBehindError,
  ViewNotReadyError,
} from './spoolers/errors';
export type { SpoolerSettings } from './spoolers/settings';
export type {
  QuarantinedAggregate,
  RebuildProgress,
  ReplayResult,
  SpoolerAdmin,
  SpoolerState,
} from './spoolers/SpoolerAdmin';
export { SpoolerNode, type SpoolerRoles } from './spoolers/SpoolerNode';
export type {
  Freshness,
  OpenOptions,
  OpenView,
  WaitOptions,
} from './spoolers/OpenView';
export { View } from './spoolers/View';
