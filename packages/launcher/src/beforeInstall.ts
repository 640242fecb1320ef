/*
 * What is needed of another package before the installation that links the
 * packages by name: found by its path.
 */
/* eslint-disable @backstage/no-relative-monorepo-imports -- see above */
export {
  FolderLock,
  FolderLockedError,
  type FolderLockOwner,
} from '../../embedded-postgres/src/FolderLock.ts';
export {
  identify,
  type ProcessIdentity,
  stillRuns,
} from '../../embedded-postgres/src/processes.ts';
