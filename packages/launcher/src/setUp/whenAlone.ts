import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  FolderLock,
  FolderLockedError,
  type ProcessIdentity,
} from '../beforeInstall.ts';
import { endLeftover } from '../processes/endLeftover.ts';
import type { Progress } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';
import { dotFolder } from '../root.ts';

/** Told which program is at work, for whoever comes after a crash. */
export type OnTool = (tool: ProcessIdentity) => void;

/**
 * Does what changes the repository's set-up while no other command does:
 * whoever comes second waits. A program that a killed command has left at work
 * is ended first.
 *
 * @param folder - of the lock; another one in tests
 */
export async function whenAlone<T>(
  progress: Progress,
  ending: Ending,
  work: (onTool: OnTool) => Promise<T>,
  folder = join(dotFolder, 'set-up'),
): Promise<T> {
  const lock =
    tryToLock(folder) ?? (await waitForLock(folder, progress, ending));
  try {
    const leftover = lock.predecessor?.info.tool as ProcessIdentity | undefined;
    if (leftover) {
      await endLeftover(leftover, 0, ending.signal);
    }
    return await work(tool => lock.tell({ tool }));
  } finally {
    lock.release();
  }
}

function tryToLock(folder: string): FolderLock | undefined {
  try {
    return FolderLock.acquire(folder);
  } catch (error) {
    if (error instanceof FolderLockedError) {
      return undefined;
    }
    throw error;
  }
}

function waitForLock(
  folder: string,
  progress: Progress,
  ending: Ending,
): Promise<FolderLock> {
  const pid = FolderLock.owner(folder)?.pid;
  return progress.step(
    `Waiting for another Callboard command${pid ? ` (process ${pid})` : ''}`,
    async () => {
      for (;;) {
        await delay(200, undefined, { signal: ending.signal });
        const lock = tryToLock(folder);
        if (lock) {
          return lock;
        }
      }
    },
  );
}
