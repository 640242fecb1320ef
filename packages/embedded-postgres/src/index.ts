/**
 * The PostgreSQL that comes with Callboard: start, stop, recover.
 *
 * @packageDocumentation
 */
export {
  EmbeddedPostgres,
  type EmbeddedPostgresConnection,
  type EmbeddedPostgresOptions,
} from './EmbeddedPostgres.ts';
export { removeEmbeddedPostgres } from './removeEmbeddedPostgres.ts';
export { stopOrphanedPostgres } from './stopOrphanedPostgres.ts';
export {
  EmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
} from './EmbeddedPostgresError.ts';
export {
  FolderLock,
  FolderLockedError,
  type FolderLockOwner,
} from './FolderLock.ts';
export { freePort } from './freePort.ts';
export { identify, type ProcessIdentity, stillRuns } from './processes.ts';
