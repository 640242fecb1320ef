import type { ServerResponse, IncomingMessage } from 'node:http';
import type { ApiError } from '@callboard/api-client';
import { mayHaveBody } from './readBody';

/** A caller that goes on sending is cut off after this. */
const DRAIN_MS = 2000;

/**
 * Ends a request whose body was not read to its end. The connection can't be
 * used again; but what the caller still sends is taken for a while, because
 * one that is cut off in mid-sending doesn't see the answer.
 */
export function endUnread(
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!mayHaveBody(request) || request.complete) {
    return;
  }
  response.setHeader('Connection', 'close');
  response.once('finish', () => {
    request.resume();
    const timer = setTimeout(() => request.destroy(), DRAIN_MS);
    timer.unref();
    request.once('close', () => clearTimeout(timer));
  });
}

/** Headers that say about an error what HTTP has headers for. */
export function setErrorHeaders(
  response: ServerResponse,
  error: ApiError,
): void {
  if (error.retryAfterMs !== undefined) {
    response.setHeader(
      'Retry-After',
      `${Math.max(1, Math.ceil(error.retryAfterMs / 1000))}`,
    );
  }
  if (error.status === 'UNAUTHENTICATED') {
    response.setHeader('WWW-Authenticate', 'Bearer');
  }
  response.setHeader('Cache-Control', 'no-store');
}
