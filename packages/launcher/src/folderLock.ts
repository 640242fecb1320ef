/*
 * By its path: the lock is needed before the installation that links the
 * packages by name.
 */
// eslint-disable-next-line @backstage/no-relative-monorepo-imports -- see above
export * from '../../embedded-postgres/src/FolderLock.ts';
