import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Code, ConnectError, createContextValues } from '@connectrpc/connect';
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { endUnread } from '../http/errorResponse';
import { callerFacts, type CallerFacts } from './LibraryCall';

/**
 * Has Connect's library answer a request.
 *
 * @param bodyTimeoutMs - in which the body of a call with one request has to
 * be there
 * @throws Error when the connection broke; then nobody is left to be told
 */
export async function serveLibrary(
  handler: UniversalHandler,
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  caller: CallerFacts,
  bodyTimeoutMs: number,
): Promise<void> {
  const universal = universalRequestFromNodeRequest(
    request,
    response,
    undefined,
    createContextValues().set(callerFacts, caller),
  );
  const { methodKind } = handler.method;
  if (methodKind === 'unary' || methodKind === 'server_streaming') {
    universal.body = withinTime(
      universal.body as AsyncIterable<Uint8Array>,
      bodyTimeoutMs,
    );
  }
  const answer = await handler(universal);
  // Compression on the way would hold messages back.
  answer.header?.set('cache-control', 'no-store, no-transform');
  if (methodKind !== 'client_streaming' && !('stream' in request)) {
    endUnread(request, response as ServerResponse);
  }
  await universalResponseToNodeResponse(answer, response);
}

async function* withinTime(
  body: AsyncIterable<Uint8Array>,
  timeoutMs: number,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new ConnectError(
            `The request's body took more than ${timeoutMs} ms`,
            Code.DeadlineExceeded,
          ),
        ),
      timeoutMs,
    );
  });
  tooSlow.catch(() => {});
  try {
    for (;;) {
      const next = iterator.next();
      next.catch(() => {});
      const { done, value } = await Promise.race([next, tooSlow]);
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    clearTimeout(timer);
  }
}
