import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FolderLock, FolderLockedError } from '../beforeInstall.ts';
import { LauncherError } from '../LauncherError.ts';

/**
 * Makes the data folder this process's own.
 *
 * @param info - what a second starter is told, such as the URL
 * @throws LauncherError when it cannot be written, or another portal runs on it
 */
export function lockDataFolder(
  dataDir: string,
  info: Record<string, unknown>,
): FolderLock {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    return FolderLock.acquire(join(dataDir, 'portal'), info);
  } catch (error) {
    if (error instanceof FolderLockedError) {
      const { pid, info: told } = error.owner;
      throw new LauncherError(
        `Callboard already runs on the data folder ${dataDir}${told.url ? `, at ${told.url}` : ''} (process ${pid}): stop that one, or choose another folder with --data and another port with --port.`,
        { cause: error },
      );
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new LauncherError(
        `The data folder ${dataDir} cannot be written by this user: change its owner, or choose another with --data.`,
        { cause: error },
      );
    }
    if (code === 'ENOTDIR' || code === 'EEXIST') {
      throw new LauncherError(
        `${dataDir} is a file, not a folder: choose another data folder with --data.`,
        { cause: error },
      );
    }
    throw error;
  }
}
