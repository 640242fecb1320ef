import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { linkedLocation } from './location.ts';
import { stopOrphanedPostgres } from './stopOrphanedPostgres.ts';

/**
 * Deletes a data folder and all that belongs to it, wherever it is kept. A
 * server whose starter has died is stopped before.
 *
 * @throws FolderLockedError when the server's starter is alive
 * @public
 */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const folder = resolve(dataDir);
  await stopOrphanedPostgres(folder);
  const outside = linkedLocation(folder);
  if (outside) {
    await rm(outside, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}
