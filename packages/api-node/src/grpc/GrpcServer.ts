/**
 * gRPC on a port of its own, for the methods of all plugins: many gRPC clients
 * know neither HTTP/1.1 nor path prefixes, so the portal's port can't have it.
 */
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { Code } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { CallerFacts } from '../library/LibraryCall';
import { serveLibrary } from '../library/serveLibrary';
import { encodeGrpcMessage } from './encodeGrpcMessage';

export interface GrpcServerOptions {
  readonly host: string;
  readonly port: number;
  /** PEM texts. Without them the connection is not encrypted (h2c). */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly bodyTimeoutMs: number;
  readonly logger: LoggerService;
}

/** Makes a caller's facts from a request. */
export type CallerOf = (request: http2.Http2ServerRequest) => CallerFacts;

interface GrpcRoute {
  readonly handler: UniversalHandler;
  readonly callerOf: CallerOf;
}

/** A connection that doesn't answer a ping by the next one is dead. */
const PING_EVERY_MS = 60_000;
const MAX_CONCURRENT_STREAMS = 250;
/** How long a caller may go on sending once it has its answer. */
const UNREAD_MS = 2_000;
/** Calls that still run when the process stops get this long. */
const DRAIN_MS = 5_000;

export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #routes = new Map<string, GrpcRoute>();
  readonly #sessions = new Set<http2.ServerHttp2Session>();
  readonly #server: http2.Http2Server | http2.Http2SecureServer;
  /** Until all plugins have started, callers are told to try again. */
  isOpen = false;

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    const settings = {
      settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS },
    };
    this.#server = options.tls
      ? http2.createSecureServer({
          ...settings,
          cert: options.tls.certificate,
          key: options.tls.key,
        })
      : http2.createServer(settings);
    this.#server.on('session', session => {
      this.#sessions.add(session);
      const pings = keepAlive(session);
      session.once('close', () => {
        clearInterval(pings);
        this.#sessions.delete(session);
      });
    });
    this.#server.on('request', (request, response) =>
      this.#serve(request, response),
    );
    // A broken connection concerns nobody but its caller.
    this.#server.on('sessionError', () => {});
  }

  /** @throws Error when a path is already served */
  add(path: string, handler: UniversalHandler, callerOf: CallerOf): void {
    if (this.#routes.has(path)) {
      throw new Error(`Two plugins serve the gRPC method ${path}`);
    }
    this.#routes.set(path, { handler, callerOf });
  }

  /**
   * @returns the port, also when 0 was asked for
   * @throws Error that says what to change when the port is taken
   */
  async start(): Promise<number> {
    const { host, port, logger, tls } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    }).catch(cause => {
      throw new Error(
        cause.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is taken, so gRPC can't be served there. Set callboard.grpc.port to a free one, or callboard.grpc.enabled to false.`
          : `gRPC can't be served on ${host}:${port}: ${cause.message}`,
        { cause },
      );
    });
    const address = this.#server.address() as AddressInfo;
    logger.info(
      `gRPC is served on ${host}:${address.port}${tls ? '' : ' without TLS'}`,
    );
    return address.port;
  }

  /** Takes no new calls, lets those that run end, and closes. */
  async stop(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const closed = new Promise<void>(resolve =>
      this.#server.close(() => resolve()),
    );
    for (const session of this.#sessions) {
      session.close();
    }
    const timer = setTimeout(() => {
      for (const session of this.#sessions) {
        session.destroy();
      }
    }, DRAIN_MS);
    await closed;
    clearTimeout(timer);
  }

  #serve(
    request: http2.Http2ServerRequest,
    response: http2.Http2ServerResponse,
  ): void {
    response.on('error', () => {});
    const route = this.#routes.get(request.url.split('?', 1)[0]!);
    if (!route) {
      refuse(request, response, this.isOpen);
      return;
    }
    serveLibrary(
      route.handler,
      request,
      response,
      route.callerOf(request),
      this.#options.bodyTimeoutMs,
    ).catch(() => response.stream?.destroy());
    endUnread(response);
  }
}

/**
 * Cuts off a caller that goes on sending after its call has been answered
 * (https://www.rfc-editor.org/rfc/rfc9113#section-8.1-6), but not before it
 * could read the answer: a reset overtakes what is still to be sent.
 */
function endUnread(response: http2.Http2ServerResponse): void {
  const { stream } = response;
  stream.once('wantTrailers', () => {
    const timer = setTimeout(
      () => stream.close(http2.constants.NGHTTP2_NO_ERROR),
      UNREAD_MS,
    );
    timer.unref();
    stream.once('close', () => clearTimeout(timer));
  });
}

function keepAlive(session: http2.ServerHttp2Session): NodeJS.Timeout {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) {
      session.destroy();
      return;
    }
    isAlive = false;
    session.ping(error => {
      isAlive = !error;
    });
  }, PING_EVERY_MS);
  timer.unref();
  return timer;
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function refuse(
  request: http2.Http2ServerRequest,
  response: http2.Http2ServerResponse,
  isOpen: boolean,
): void {
  const isGrpc =
    request.headers['content-type']?.startsWith('application/grpc');
  if (!isGrpc) {
    response.writeHead(415);
    response.end();
    return;
  }
  const message = isOpen
    ? `There is no method ${request.url.slice(0, 200)}`
    : 'The server is starting';
  // Headers that end the stream are trailers as well.
  response.stream.respond(
    {
      [http2.constants.HTTP2_HEADER_STATUS]: 200,
      'content-type': 'application/grpc',
      'grpc-status': `${isOpen ? Code.Unimplemented : Code.Unavailable}`,
      'grpc-message': encodeGrpcMessage(message),
    },
    { endStream: true },
  );
}
