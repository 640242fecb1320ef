import {
  type FolderLockOwner,
  type ProcessIdentity,
  stillRuns,
} from '../beforeInstall.ts';
import type { Ending } from '../processes/Ending.ts';
import { endLeftover } from '../processes/endLeftover.ts';
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
): Promise<void> {
  const backend = predecessor?.info.backend as ProcessIdentity | undefined;
  if (backend && stillRuns(backend)) {
    await progress.step(
      `Waiting for the backend of an earlier run (process ${backend.pid}) to end`,
      () => endLeftover(backend, patience, ending.signal),
    );
  }
}
