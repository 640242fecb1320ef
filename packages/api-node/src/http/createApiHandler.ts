/**
 * Everything of an API that is on the portal's port, as one Express handler:
 * Connect and gRPC-web at `/<service>/<method>`, REST at the paths of the
 * definition.
 */
import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { ApiError } from '@callboard/api-client';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { Request, RequestHandler, Response } from 'express';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import type { MethodRunner } from '../call/MethodRunner';
import { readCorrelationId } from '../call/requestHeaders';
import { serveConnectUnary } from '../connect/serveConnectUnary';
import { createLibraryHandlers } from '../library/createHandlers';
import { serveLibrary } from '../library/serveLibrary';
import { readBindings } from '../rest/bindings';
import { RouteTable } from '../rest/RouteTable';
import { sendRestError, serveRest, type RestRoute } from '../rest/serveRest';
import { mediaTypeOf } from './contentType';
import { HttpCall } from './HttpCall';
import type { BodyLimits } from './readBody';

export interface ApiHandler {
  readonly handler: RequestHandler;
  /**
   * The first segments of all paths served, e.g. `/v1`. What is under them and
   * unknown is answered 404, so that nothing else can be there.
   */
  readonly prefixes: readonly string[];
}

interface ConnectRoute {
  readonly runner: MethodRunner;
  readonly library: UniversalHandler;
}

/** @throws DefinitionError when the HTTP rules can't be served */
export function createApiHandler(options: {
  runners: readonly MethodRunner[];
  httpAuth: HttpAuthService;
  limits: BodyLimits;
}): ApiHandler {
  const { runners, httpAuth, limits } = options;
  const rest = createRouteTable(runners);
  const connect = createConnectRoutes(runners, limits);
  const prefixes = prefixesOf(runners);

  const handler: RequestHandler = (request, response, next) => {
    const mark = request.url.indexOf('?');
    const path = mark === -1 ? request.url : request.url.slice(0, mark);
    const route = connect.get(path);
    if (route) {
      serveConnect(route, request, response, { httpAuth, limits }).catch(next);
      return;
    }
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const match = rest.match(method, path);
    switch (match.kind) {
      case 'found':
        serveRest(match.route, match.segments, request, response, {
          httpAuth,
          limits,
        }).catch(next);
        return;
      case 'otherMethods':
        refuseMethod(request, response, match.allowed);
        return;
      default:
        if (prefixes.includes(`/${path.split('/', 2)[1]}`)) {
          fail(
            request,
            response,
            404,
            'NOT_FOUND',
            `Nothing is at ${path.slice(0, 200)}`,
          );
        } else {
          next();
        }
    }
  };
  return { handler, prefixes };
}

async function serveConnect(
  { runner, library }: ConnectRoute,
  request: Request,
  response: Response,
  options: { httpAuth: HttpAuthService; limits: BodyLimits },
): Promise<void> {
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const { methodKind, idempotency } = runner.method;
  const isEnveloped =
    mediaType.startsWith('application/grpc') ||
    mediaType.startsWith('application/connect+');
  if (isEnveloped || methodKind !== 'unary') {
    const call = new HttpCall('connect', request, response, options.httpAuth);
    await serveLibrary(
      library,
      request,
      response,
      {
        ip: call.ip,
        authenticate: () => call.authenticate(),
        request,
      },
      options.limits.timeoutMs,
    ).catch(() => response.destroy());
    return;
  }
  const isRead = idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  const allowed = isRead ? ['GET', 'POST'] : ['POST'];
  if (!allowed.includes(request.method)) {
    refuseMethod(request, response, allowed);
    return;
  }
  await serveConnectUnary(runner, request, response, options);
}

function createRouteTable(
  runners: readonly MethodRunner[],
): RouteTable<RestRoute> {
  const table = new RouteTable<RestRoute>();
  for (const runner of runners) {
    for (const binding of readBindings(runner.method)) {
      table.add({
        httpMethod: binding.httpMethod,
        template: binding.template,
        binding,
        runner,
      });
    }
  }
  return table;
}

function createConnectRoutes(
  runners: readonly MethodRunner[],
  limits: BodyLimits,
): Map<string, ConnectRoute> {
  const handlers = createLibraryHandlers(runners, {
    protocols: ['grpcWeb', 'connect'],
    maxBytes: limits.maxBytes,
  });
  return new Map(
    runners.map(runner => {
      const path = `/${runner.method.parent.typeName}/${runner.method.name}`;
      return [path, { runner, library: handlers.get(path)! }];
    }),
  );
}

function prefixesOf(runners: readonly MethodRunner[]): string[] {
  const prefixes = new Set<string>();
  for (const { method } of runners) {
    prefixes.add(`/${method.parent.typeName}`);
    for (const { template } of readBindings(method)) {
      const [first] = template.segments;
      if (first?.kind === 'literal') {
        prefixes.add(`/${first.text}`);
      }
    }
  }
  return [...prefixes];
}

/** OPTIONS is answered as well: with what would be allowed. */
function refuseMethod(
  request: Request,
  response: Response,
  allowed: readonly string[],
): void {
  const withHead = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed;
  response.setHeader('Allow', [...withHead, 'OPTIONS'].join(', '));
  if (request.method === 'OPTIONS') {
    response.statusCode = 204;
    response.end();
    return;
  }
  fail(
    request,
    response,
    405,
    'METHOD_NOT_ALLOWED',
    `${request.method} is not possible here; ${allowed.join(', ')} is`,
  );
}

function fail(
  request: Request,
  response: Response,
  httpStatus: 404 | 405,
  code: string,
  message: string,
): void {
  sendRestError(
    request,
    response,
    new ApiError(message, {
      code,
      status: httpStatus === 404 ? 'NOT_FOUND' : 'UNIMPLEMENTED',
      httpStatus,
      correlationId: readCorrelationId({
        header: name => request.headers[name.toLowerCase()]?.toString(),
      }),
    }),
  );
}
