import { statfs } from 'node:fs/promises';
import { LauncherError } from '../LauncherError.ts';

/** Bytes as people read them: `4.5 GB`, `300 MB`. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : `${Math.floor(bytes / 1e6)} MB`;
}

/**
 * Refuses to begin what the disk has no room for.
 *
 * @param folder - an existing folder on that disk
 * @param needed - bytes
 * @param purpose - what needs them, for the message
 */
export async function checkDiskSpace(
  folder: string,
  needed: number,
  purpose: string,
): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < needed) {
    throw new LauncherError(
      `The disk of ${folder} has ${formatBytes(free)} free, and ${purpose} needs ${formatBytes(needed)}: free some and run this again.`,
    );
  }
}
