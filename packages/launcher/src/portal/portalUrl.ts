import { hostname } from 'node:os';
import { isLoopback } from './isLoopback.ts';

/**
 * The URL to open for a portal that listens there. An address that stands for
 * all interfaces is no name to call; the machine's own is.
 */
export function portalUrl(
  host: string,
  port: number,
  machine: string = hostname(),
): string {
  const name = nameToCall(host, machine);
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function nameToCall(host: string, machine: string): string {
  switch (host) {
    case '127.0.0.1':
    case '::1':
      return 'localhost';
    case '0.0.0.0':
    case '::':
      return machine;
    default:
      return host;
  }
}

/** Whether a URL leads to this machine only. */
export function isLocalUrl(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}
