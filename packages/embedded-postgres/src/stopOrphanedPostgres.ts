import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clusterFolder } from './cluster.ts';
import { FolderLock } from './FolderLock.ts';
import { serverFolder } from './location.ts';
import { recover } from './recover.ts';

/**
 * Stops a server on that data folder whose starter has died. One whose starter
 * is alive is left alone.
 *
 * @throws FolderLockedError when the starter is alive
 * @public
 */
export async function stopOrphanedPostgres(dataDir: string): Promise<void> {
  const folder = resolve(dataDir);
  if (!existsSync(serverFolder(folder))) {
    return;
  }
  const lock = FolderLock.acquire(join(realpathSync(folder), 'lock'));
  try {
    const cluster = clusterFolder(realpathSync(serverFolder(folder)));
    if (existsSync(cluster)) {
      await recover(cluster, () => {});
    }
  } finally {
    lock.release();
  }
}
