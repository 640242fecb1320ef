import type { Ending } from '../processes/Ending.ts';
import { formatDuration } from '../progress/formatDuration.ts';
import type { Progress } from '../progress/Progress.ts';
import { checkDiskSpace } from '../setUp/checkDiskSpace.ts';
import { checkPort } from './checkPort.ts';
import { endEarlierBackend } from './endEarlierBackend.ts';
import { lockDataFolder } from './lockDataFolder.ts';
import type { BackendProgram } from './Portal.ts';
import type { PortalOptions } from './PortalOptions.ts';
import { portalUrl } from './portalUrl.ts';

/** What PostgreSQL needs to begin with, in bytes. */
const spaceNeeded = 300_000_000;

/**
 * Runs a portal until it is to end: looks whether it can run here, sets up what
 * is missing, starts it, and stops it again in order.
 *
 * @param setUp - called when nothing speaks against running it here
 * @param program - the backend; another one in tests of the launcher itself
 * @returns the exit code
 */
export async function runPortal(
  options: PortalOptions,
  context: { progress: Progress; ending: Ending },
  setUp: (progress: Progress, ending: Ending) => Promise<void>,
  program?: BackendProgram,
): Promise<number> {
  const { progress, ending } = context;
  const { host, port, dataDir } = options;
  const url = portalUrl(host, port);
  // Asked before anything is installed, so that nobody waits for a refusal.
  const lock = lockDataFolder(dataDir, { url });
  try {
    await endEarlierBackend(lock.predecessor, progress, ending);
    await checkPort(host, port);
    await checkDiskSpace(dataDir, spaceNeeded, 'the portal');
    await setUp(progress, ending);
    // Loaded late: it needs what the set-up installs.
    const { Portal } = await import('./Portal.ts');
    const portal = await Portal.start(options, context, program, backend =>
      lock.tell({ url, backend }),
    );
    if (!portal.guests) {
      progress.say(
        `  Guests are not let in, because others than this machine can reach ${portal.url}.`,
      );
    }
    progress.say(
      `Callboard is ready at ${portal.url} after ${formatDuration(progress.elapsed)}. Ctrl-C stops it.`,
    );
    if (portal.setUpLink !== undefined) {
      progress.say(
        `It has no administrator yet. Within 24 hours, whoever opens ${portal.setUpLink} becomes the first.`,
      );
    }
    const broken = await Promise.race([ending.wished(), portal.broken()]);
    await progress.step('Stopping', () => portal.stop());
    if (broken) {
      throw broken;
    }
    return 0;
  } finally {
    lock.release();
  }
}
