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
export type { DecisionAcross, Loads, StateOf } from './commands/loads';
export type { LoadedState } from './commands/StateCache';
export type {
  DecidedUnit,
  LoadedAggregate,
  NeededAggregate,
  UnitOfWork,
} from './commands/UnitOfWork';
export { migrateLog } from './database/migrateLog';
export { rawPrepared } from './database/rawPrepared';
export {
  requirePostgres,
  UnsupportedDatabaseError,
} from './database/requirePostgres';
export { deriveAggregateId } from './identity/deriveUuid';
export * from './log/EventLog';
export type { LogMetrics } from './log/LogMetrics';
export type { EventLogSettings } from './log/PostgresEventLog';
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
  type OptionalColumns,
  type Projection,
  type ProjectionHandlers,
  type RowChanges,
  type RowInput,
  type RowInputs,
  type RowOf,
  type RowValues,
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
  type MadeJobs,
  type Reactor,
  type ReactorHandlers,
} from './reactors/defineReactor';
export type { DeadLetter, JobCounts } from './reactors/deadLetters';
export type { JobSettings } from './reactors/JobRunner';
export type { Reactors } from './reactors/Reactors';
export {
  defineOperator,
  type Leadership,
  type Operator,
} from './operators/defineOperator';
export {
  StateFold,
  toJsonObject,
  type Json,
  type JsonObject,
  type Step,
} from './history/aggregateStates';
export { diffStates, type Difference } from './history/diffStates';
export { hideSecrets } from './history/hideSecrets';
export { PluginSpoolers } from './service/PluginSpoolers';
export {
  operatorsServiceRef,
  projectionsServiceRef,
  reactorsServiceRef,
  type OperatorsService,
  type ProjectionsService,
  type ReactorsService,
} from './service/pluginSpoolersServiceRef';
export {
  rootSpoolersServiceRef,
  type RootSpoolers,
} from './service/rootSpoolersServiceRef';
export type { SpoolerConfig } from './service/readSpoolerConfig';
export {
  DeclarationChangedError,
  NoHistoryError,
  UnknownViewError,
  ViewBehindError,
  ViewNotReadyError,
} from './spoolers/errors';
export type { SpoolerSettings } from './spoolers/settings';
export type { BatchNotice } from './spoolers/SpoolerContext';
export type { GenerationState, SpoolerKind } from './spoolers/tables';
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
export type { View } from './spoolers/View';
export type { Views } from './spoolers/Views';
