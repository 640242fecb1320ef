import { createServer } from 'node:net';
import { LauncherError } from '../LauncherError.ts';
import { whoListens } from './whoListens.ts';

/**
 * Makes sure that the portal can listen there.
 *
 * @throws LauncherError when the port is taken, reserved for root, or the
 *   address is none of this machine's
 */
export async function checkPort(host: string, port: number): Promise<void> {
  const error = await tryToListen(host, port);
  switch (error?.code) {
    case undefined:
      return;
    case 'EADDRINUSE': {
      const who = whoListens(port);
      throw new LauncherError(
        `Port ${port} of ${host} is taken${who ? ` by ${who}` : ''}: stop that, or choose another port with --port, such as --port ${port === 65535 ? 7007 : port + 1}.`,
      );
    }
    case 'EACCES':
      throw new LauncherError(
        `Port ${port} is reserved for root: choose one above 1023 with --port.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      throw new LauncherError(
        `${host} is no address of this machine: choose another with --host, such as 127.0.0.1 or 0.0.0.0.`,
      );
    default:
      throw error;
  }
}

function tryToListen(
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}
