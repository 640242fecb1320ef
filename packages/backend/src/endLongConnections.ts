import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LifecycleService } from '@backstage/backend-plugin-api';

/** Where a node asks the event bus for news; answered when there are any. */
const longPoll = /^\/api\/events\/bus\/v1\/subscriptions\/[^/]+\/events/;

/** How long ordinary requests may take to finish, in ms. */
const patience = 10_000;

/**
 * Lets the server stop as soon as the requests in it are answered. Stopping
 * waits for every connection, and some are there to stay: questions to the
 * event bus for most of a minute, WebSockets for as long as a page is open.
 * They are ended when the shutdown begins; whoever held one asks again, and
 * reaches another node or the next start.
 */
export function endLongConnections(
  server: Server,
  lifecycle: LifecycleService,
): void {
  const waiting = new Set<ServerResponse>();
  const upgraded = new Set<Duplex>();
  // First in line: a router cuts from the URL the part that it is mounted on.
  server.prependListener('request', (request, response) => {
    if (longPoll.test(request.url ?? '')) {
      waiting.add(response);
      response.once('close', () => waiting.delete(response));
    }
  });
  server.on('upgrade', (_request, socket) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
  });
  lifecycle.addShutdownHook(() => {
    for (const response of waiting) {
      // Before its head is sent an answer is about to come.
      if (response.headersSent) {
        response.end();
      }
    }
    for (const socket of upgraded) {
      socket.destroy();
    }
    setTimeout(() => server.closeAllConnections(), patience).unref();
  });
}
