import { formatDuration } from '../progress/formatDuration.ts';
import { checkPort } from '../portal/checkPort.ts';
import { lockDataFolder } from '../portal/lockDataFolder.ts';
import { portalUrl } from '../portal/portalUrl.ts';
import { checkDiskSpace } from '../setUp/checkDiskSpace.ts';
import { setUp } from '../setUp/setUp.ts';
import { portalOptions } from './portalOptions.ts';
import type { RunCommand } from './Command.ts';

/** What PostgreSQL needs to begin with, in bytes. */
const spaceNeeded = 300_000_000;

export const start: RunCommand = async (line, { progress, ending }) => {
  const options = portalOptions(line);
  const { host, port, dataDir } = options;
  // Asked before anything is installed, so that nobody waits for a refusal.
  const lock = lockDataFolder(dataDir, { url: portalUrl(host, port) });
  try {
    await checkPort(host, port);
    await checkDiskSpace(dataDir, spaceNeeded, 'the portal');
    await setUp(progress, ending);
    const { Portal } = await import('../portal/Portal.ts');
    const portal = await Portal.start(options, { progress, ending });
    lock.tell({ url: portal.url });
    if (!portal.guests) {
      progress.say(
        `  Guests are not let in, because ${portal.url} can be reached from other machines.`,
      );
    }
    progress.say(
      `Callboard is ready at ${portal.url} after ${formatDuration(progress.elapsed)}. Ctrl-C stops it.`,
    );
    const broken = await Promise.race([ending.wished(), portal.broken()]);
    await progress.step('Stopping', () => portal.stop());
    if (broken) {
      throw broken;
    }
    return 0;
  } finally {
    lock.release();
  }
};
