import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FolderLock, FolderLockedError } from '../beforeInstall.ts';
import type { Progress } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';
import { dotFolder } from '../root.ts';

/**
 * Does what changes the repository's set-up while no other command does:
 * whoever comes second waits.
 */
export async function whenAlone<T>(
  progress: Progress,
  ending: Ending,
  work: () => Promise<T>,
): Promise<T> {
  const lock = tryToLock() ?? (await waitForLock(progress, ending));
  try {
    return await work();
  } finally {
    lock.release();
  }
}

const folder = join(dotFolder, 'set-up');

function tryToLock(): FolderLock | undefined {
  try {
    return FolderLock.acquire(folder);
  } catch (error) {
    if (error instanceof FolderLockedError) {
      return undefined;
    }
    throw error;
  }
}

function waitForLock(progress: Progress, ending: Ending): Promise<FolderLock> {
  const pid = FolderLock.owner(folder)?.pid;
  return progress.step(
    `Waiting for another Callboard command${pid ? ` (process ${pid})` : ''}`,
    async () => {
      for (;;) {
        await delay(200, undefined, { signal: ending.signal });
        const lock = tryToLock();
        if (lock) {
          return lock;
        }
      }
    },
  );
}
