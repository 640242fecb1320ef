import { setTimeout as delay } from 'node:timers/promises';
import { type ProcessIdentity, stillRuns } from '../beforeInstall.ts';

/**
 * Waits for a process that an earlier, killed launcher has left, and kills its
 * group when it does not end by itself.
 *
 * @param patience - how long it may take by itself, in ms
 */
export async function endLeftover(
  leftover: ProcessIdentity,
  patience: number,
  signal: AbortSignal,
): Promise<void> {
  const giveUp = performance.now() + patience;
  while (stillRuns(leftover)) {
    if (performance.now() >= giveUp) {
      killGroup(leftover.pid);
    }
    await delay(20, undefined, { signal });
  }
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
