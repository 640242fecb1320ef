import { createServer } from 'node:net';

/** A TCP port of that address that nobody listens on at this moment. @public */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error(`No free port on ${host}`)),
      );
    });
  });
}
