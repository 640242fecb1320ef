import { setTimeout as delay } from 'node:timers/promises';

const readiness = '/.backstage/health/v1/readiness';

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      headers: { accept: 'text/html,*/*' },
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/**
 * Waits until the backend says that it is ready and the page is served.
 *
 * @returns false when `signal` was aborted before
 */
export async function waitUntilReady(
  listen: { host: string; port: number },
  signal: AbortSignal,
): Promise<boolean> {
  const base = `http://${callable(listen.host)}:${listen.port}`;
  for (const path of [readiness, '/']) {
    while (!(await answers(`${base}${path}`, signal))) {
      if (signal.aborted) {
        return false;
      }
      await delay(100, undefined, { signal }).catch(() => {});
    }
  }
  return !signal.aborted;
}

/** An address to call for one to listen on, as it stands in a URL. */
function callable(host: string): string {
  if (host === '0.0.0.0') {
    return '127.0.0.1';
  }
  if (host === '::') {
    return '[::1]';
  }
  return host.includes(':') ? `[${host}]` : host;
}
