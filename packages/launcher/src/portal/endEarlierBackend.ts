import { setTimeout as delay } from 'node:timers/promises';
import {
  type FolderLockOwner,
  type ProcessIdentity,
  stillRuns,
} from '../beforeInstall.ts';
import type { Ending } from '../processes/Ending.ts';
import type { Progress } from '../progress/Progress.ts';

/** How long it may take to shut down by itself, in ms. */
const patience = 25_000;

/**
 * A launcher that was killed leaves a backend that is just shutting down and
 * still has the port: waited for, and killed if it does not end.
 *
 * @param predecessor - whoever held the data folder and died
 */
export async function endEarlierBackend(
  predecessor: FolderLockOwner | undefined,
  progress: Progress,
  ending: Ending,
  timeout = patience,
): Promise<void> {
  const backend = predecessor?.info.backend as ProcessIdentity | undefined;
  if (!backend || !stillRuns(backend)) {
    return;
  }
  await progress.step(
    `Waiting for the backend of an earlier run (process ${backend.pid}) to end`,
    async () => {
      const giveUp = performance.now() + timeout;
      while (stillRuns(backend)) {
        if (performance.now() > giveUp) {
          killGroup(backend.pid);
        }
        await delay(50, undefined, { signal: ending.signal });
      }
    },
  );
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
