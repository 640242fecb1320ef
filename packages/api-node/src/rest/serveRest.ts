/**
 * A REST request, from its first byte to the last of its answer:
 *
 *     deadline → begin the call → content type → body → message → run → answer
 */
import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { toJson, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import {
  ApiError,
  CORRELATION_ID,
  REQUEST_TIMEOUT,
  toErrorBody,
  type HttpBody,
} from '@callboard/api-client';
import type { Request, Response } from 'express';
import type { BegunCall, MethodRunner } from '../call/MethodRunner';
import { headerInvalid, readCorrelationId } from '../call/requestHeaders';
import {
  isUtf8,
  mediaTypeOf,
  unsupportedContentType,
} from '../http/contentType';
import { endUnread, setErrorHeaders } from '../http/errorResponse';
import { HttpCall } from '../http/HttpCall';
import { mayHaveBody, readBody, type BodyLimits } from '../http/readBody';
import { HTTP_BODY, type Binding } from './bindings';
import { readMessageLines } from './messageLines';
import { isRawBody, readRequestMessage } from './requestMessage';
import type { Route } from './RouteTable';
import { writeStream } from './writeStream';

export interface RestRoute extends Route {
  readonly binding: Binding;
  readonly runner: MethodRunner;
}

export interface RestOptions {
  readonly httpAuth: HttpAuthService;
  readonly limits: BodyLimits;
}

const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/x-ndjson';
/** Fields that have their default value are written as well: a shape is a shape. */
const JSON_OPTIONS = { alwaysEmitImplicit: true };

export async function serveRest(
  route: RestRoute,
  segments: readonly string[],
  request: Request,
  response: Response,
  options: RestOptions,
): Promise<void> {
  const call = new HttpCall('rest', request, response, options.httpAuth);
  try {
    call.deadline = readDeadline(call);
    const begun = await route.runner.begin(call);
    await answer(route, segments, begun, call, options);
  } catch (thrown) {
    const correlationId =
      thrown instanceof ApiError && thrown.correlationId
        ? thrown.correlationId
        : `${response.getHeader(CORRELATION_ID) ?? readCorrelationId(call)}`;
    sendRestError(request, response, route.runner.fail(thrown, correlationId));
  }
}

/** Sends an error, or cuts off an answer that has begun already. */
export function sendRestError(
  request: Request,
  response: Response,
  error: ApiError,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  endUnread(request, response);
  setErrorHeaders(response, error);
  if (error.correlationId) {
    response.setHeader(CORRELATION_ID, error.correlationId);
  }
  send(
    response,
    error.httpStatus,
    JSON_TYPE,
    JSON.stringify(toErrorBody(error)),
  );
}

async function answer(
  route: RestRoute,
  segments: readonly string[],
  begun: BegunCall,
  call: HttpCall,
  options: RestOptions,
): Promise<void> {
  const { runner, binding } = route;
  const { request, response } = call;
  checkContentType(binding, request);
  const query = queryOf(request);
  if (runner.method.methodKind === 'client_streaming') {
    const messages = readMessageLines(
      binding,
      { segments, query },
      request,
      options.limits,
      runner.validator,
    );
    sendMessage(binding, response, await runner.clientStream(begun, messages));
    return;
  }
  const body = await readBody(request, options.limits);
  if (body.length > 0 && binding.body === undefined) {
    throw new ApiError('This method takes no body', {
      code: 'REQUEST_MALFORMED',
      status: 'INVALID_ARGUMENT',
    });
  }
  const message = readRequestMessage(
    binding,
    {
      segments,
      query,
      contentType: request.headers['content-type'],
      body,
    },
    runner.validator,
  );
  if (runner.method.methodKind === 'server_streaming') {
    await writeStream(
      response,
      runner.answers(begun, message),
      answered => toLine(binding, answered),
      binding.method.output.typeName === HTTP_BODY,
    );
  } else {
    sendMessage(binding, response, await runner.unary(begun, message));
  }
}

/** Seconds, with or without a fraction. */
function readDeadline(call: HttpCall): number | undefined {
  const given = call.header(REQUEST_TIMEOUT);
  if (given === undefined) {
    return undefined;
  }
  const seconds = /^\d{1,8}(\.\d{1,3})?$/.test(given) ? Number(given) : 0;
  if (seconds <= 0) {
    throw headerInvalid(REQUEST_TIMEOUT, 'must be a number of seconds');
  }
  return Date.now() + seconds * 1000;
}

/**
 * Also without a body the type must fit: what a form on another site can send
 * (text/plain, form data) is refused before anything happens.
 */
function checkContentType(binding: Binding, request: Request): void {
  const contentType = request.headers['content-type'];
  const isMissing = contentType === undefined;
  if (isRawBody(binding) || (isMissing && !mayHaveBody(request))) {
    return;
  }
  const accepted =
    binding.method.methodKind === 'client_streaming' ? LINES_TYPE : JSON_TYPE;
  if (mediaTypeOf(contentType) !== accepted || !isUtf8(contentType)) {
    throw unsupportedContentType(contentType, [accepted]);
  }
}

function queryOf(request: Request): string {
  const mark = request.url.indexOf('?');
  return mark === -1 ? '' : request.url.slice(mark + 1);
}

function sendMessage(
  binding: Binding,
  response: Response,
  message: Message,
): void {
  const raw = rawBodyOf(binding, message);
  if (raw) {
    send(
      response,
      200,
      raw.contentType || 'application/octet-stream',
      Buffer.from(raw.data.buffer, raw.data.byteOffset, raw.data.byteLength),
    );
  } else {
    send(response, 200, JSON_TYPE, JSON.stringify(toAnswer(binding, message)));
  }
}

function send(
  response: Response,
  status: number,
  contentType: string,
  body: Buffer | string,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  // A text goes out in one piece with the headers; a buffer doesn't.
  response.end(body);
}

/** The message, or the one field of it that the rule makes the answer. */
function toAnswer(binding: Binding, message: Message): unknown {
  const json = toJson(binding.method.output, message, JSON_OPTIONS);
  if (!binding.responseBody) {
    return json;
  }
  return (
    (json as Record<string, unknown>)[binding.responseBody.jsonName] ?? null
  );
}

function toLine(
  binding: Binding,
  message: Message,
): { contentType: string; bytes: Uint8Array } {
  const raw = rawBodyOf(binding, message);
  return raw
    ? {
        contentType: raw.contentType || 'application/octet-stream',
        bytes: raw.data,
      }
    : {
        contentType: LINES_TYPE,
        bytes: Buffer.from(`${JSON.stringify(toAnswer(binding, message))}\n`),
      };
}

function rawBodyOf(binding: Binding, message: Message): HttpBody | undefined {
  if (message.$typeName === HTTP_BODY) {
    return message as HttpBody;
  }
  const field = binding.responseBody;
  if (field?.fieldKind === 'message' && field.message.typeName === HTTP_BODY) {
    return reflect(binding.method.output, message).get(field)
      .message as HttpBody;
  }
  return undefined;
}
