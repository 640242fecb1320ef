import { LauncherError } from '../LauncherError.ts';

/** Reads a TCP port, 1 to 65535. */
export function readPort(text: string, option: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port >= 1 && port <= 65_535)) {
    throw new LauncherError(
      `${option} ${text} is not a port: give a number from 1 to 65535.`,
      { exitCode: 2 },
    );
  }
  return port;
}
