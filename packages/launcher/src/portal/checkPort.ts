import { createServer } from 'node:net';
import { LauncherError } from '../LauncherError.ts';
import { whoListens } from './whoListens.ts';

/** Which part listens, and how its address is chosen. */
export type Listener = {
  /** As in `so … can't be served`. */
  name: string;
  portSetting: string;
  hostSetting: string;
};

const portal: Listener = {
  name: 'the portal',
  portSetting: '--port',
  hostSetting: '--host',
};

export const grpc: Listener = {
  name: 'gRPC',
  portSetting: 'callboard.grpc.port',
  hostSetting: 'callboard.grpc.host',
};

/**
 * Makes sure that the portal, or another part of it, can listen there.
 *
 * @throws LauncherError when the port is taken, reserved for root, or the
 *   address is none of this machine's
 */
export async function checkPort(
  host: string,
  port: number,
  { name, portSetting, hostSetting }: Listener = portal,
): Promise<void> {
  const error = await tryToListen(host, port);
  switch (error?.code) {
    case undefined:
      return;
    case 'EADDRINUSE': {
      const who = whoListens(port);
      throw new LauncherError(
        `Port ${port} of ${host} is taken${who ? ` by ${who}` : ''}, so ${name} can't be served there: stop that, or choose another port with ${portSetting}, such as ${portSetting} ${otherPort(port)}.`,
      );
    }
    case 'EACCES':
      throw new LauncherError(
        `Port ${port} is reserved for root: choose one above 1023 with ${portSetting}.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      throw new LauncherError(
        `${host} is no address of this machine: choose another with ${hostSetting}, such as 127.0.0.1 or 0.0.0.0.`,
      );
    default:
      throw error;
  }
}

/** Not one of the next: a portal takes the one after its own as well. */
function otherPort(port: number): number {
  return port > 65_500 ? 7007 : port + 10;
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
