/**
 * Unary calls of the Connect protocol
 * (https://connectrpc.com/docs/protocol#unary-rpcs), which is what our own
 * screens speak.
 *
 * Connect's library serves everything else (streams, gRPC, gRPC-web). For
 * unary calls its way through web streams and headers costs three quarters of
 * what Express itself can do, and it reports the fields of malformed JSON
 * nowhere: catalog/docs/decisions/0032.
 */
import type { HttpAuthService } from '@backstage/backend-plugin-api';
import {
  fromBinary,
  toBinary,
  toJsonString,
  type Message,
} from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import {
  ApiError,
  CORRELATION_ID,
  toConnectError,
} from '@callboard/api-client';
import {
  codeToHttpStatus,
  errorToJson,
} from '@connectrpc/connect/protocol-connect';
import type { Request, Response } from 'express';
import type { MethodRunner } from '../call/MethodRunner';
import { headerInvalid, readCorrelationId } from '../call/requestHeaders';
import { domainOf } from '../errors/domain';
import {
  isUtf8,
  mediaTypeOf,
  unsupportedContentType,
} from '../http/contentType';
import { endUnread, setErrorHeaders } from '../http/errorResponse';
import { HttpCall } from '../http/HttpCall';
import { readBody, tooLarge, type BodyLimits } from '../http/readBody';
import { decodeJson } from '../message/decodeJson';
import { parseJson } from '../message/jsonLimits';

export interface ConnectOptions {
  readonly httpAuth: HttpAuthService;
  readonly limits: BodyLimits;
}

type Codec = 'json' | 'proto';

const TYPES: Record<Codec, string> = {
  json: 'application/json',
  proto: 'application/proto',
};
const TIMEOUT_HEADER = 'Connect-Timeout-Ms';
const VERSION_HEADER = 'Connect-Protocol-Version';

export async function serveConnectUnary(
  runner: MethodRunner,
  request: Request,
  response: Response,
  options: ConnectOptions,
): Promise<void> {
  const call = new HttpCall('connect', request, response, options.httpAuth);
  try {
    call.deadline = readDeadline(call);
    checkVersion(call);
    const begun = await runner.begin(call);
    const { codec, bytes } =
      request.method === 'GET'
        ? readQuery(request, options.limits)
        : await readPost(request, options.limits);
    const message = await runner.unary(begun, decode(runner, codec, bytes));
    const body =
      codec === 'json'
        ? toJsonString(runner.method.output, message)
        : toBinary(runner.method.output, message);
    send(response, 200, TYPES[codec], body);
  } catch (thrown) {
    const correlationId =
      thrown instanceof ApiError && thrown.correlationId
        ? thrown.correlationId
        : `${response.getHeader(CORRELATION_ID) ?? readCorrelationId(call)}`;
    sendError(request, response, runner, runner.fail(thrown, correlationId));
  }
}

function sendError(
  request: Request,
  response: Response,
  runner: MethodRunner,
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
  const connectError = toConnectError(error, domainOf(runner.pluginId));
  send(
    response,
    httpStatusOf(error, codeToHttpStatus(connectError.code)),
    TYPES.json,
    JSON.stringify(errorToJson(connectError, undefined)),
  );
}

/**
 * Connect lays down a status for each code. Faults of the request that have an
 * HTTP status of their own keep it: clients take the code from the body, and
 * everyone else understands 413 better than 429.
 */
function httpStatusOf(error: ApiError, byCode: number): number {
  return [408, 413, 415].includes(error.httpStatus) ? error.httpStatus : byCode;
}

function send(
  response: Response,
  status: number,
  contentType: string,
  body: Uint8Array | string,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  // A text goes out in one piece with the headers; a buffer doesn't.
  response.end(body);
}

function decode(
  runner: MethodRunner,
  codec: Codec,
  bytes: Uint8Array,
): Message {
  if (codec === 'json') {
    return decodeJson(
      runner.method.input,
      bytes.length === 0 ? {} : parseJson(bytes),
      runner.validator,
    );
  }
  try {
    return fromBinary(runner.method.input, bytes);
  } catch (cause) {
    throw malformed('The body is not a valid message', cause);
  }
}

async function readPost(
  request: Request,
  limits: BodyLimits,
): Promise<{ codec: Codec; bytes: Uint8Array }> {
  const contentType = request.headers['content-type'];
  const mediaType = mediaTypeOf(contentType);
  const codec = mediaType === TYPES.proto ? 'proto' : 'json';
  if (TYPES[codec] !== mediaType || !isUtf8(contentType)) {
    throw unsupportedContentType(contentType, Object.values(TYPES));
  }
  return { codec, bytes: await readBody(request, limits) };
}

/** https://connectrpc.com/docs/protocol#unary-get-request */
function readQuery(
  request: Request,
  limits: BodyLimits,
): { codec: Codec; bytes: Uint8Array } {
  const mark = request.url.indexOf('?');
  const query = new URLSearchParams(
    mark === -1 ? '' : request.url.slice(mark + 1),
  );
  const codec = query.get('encoding');
  if (codec !== 'json' && codec !== 'proto') {
    throw unsupportedContentType(codec ?? undefined, ['json', 'proto']);
  }
  if ((query.get('compression') ?? 'identity') !== 'identity') {
    throw new ApiError('A message in a query is sent as it is', {
      code: 'CONTENT_ENCODING_UNSUPPORTED',
      status: 'UNIMPLEMENTED',
      httpStatus: 415,
    });
  }
  const text = query.get('message') ?? '';
  let bytes: Uint8Array;
  try {
    bytes =
      query.get('base64') === '1' ? base64Decode(text) : Buffer.from(text);
  } catch (cause) {
    throw malformed('The message in the query is not base64', cause);
  }
  if (bytes.length > limits.maxBytes) {
    throw tooLarge(limits.maxBytes);
  }
  return { codec, bytes };
}

function readDeadline(call: HttpCall): number | undefined {
  const given = call.header(TIMEOUT_HEADER);
  if (given === undefined) {
    return undefined;
  }
  if (!/^\d{1,10}$/.test(given)) {
    throw headerInvalid(TIMEOUT_HEADER, 'must be a number of milliseconds');
  }
  return Date.now() + Number(given);
}

function checkVersion(call: HttpCall): void {
  const given = call.header(VERSION_HEADER);
  if (given !== undefined && given !== '1') {
    throw headerInvalid(VERSION_HEADER, 'must be 1');
  }
}

function malformed(message: string, cause: unknown): ApiError {
  return new ApiError(message, {
    code: 'REQUEST_MALFORMED',
    status: 'INVALID_ARGUMENT',
    cause,
  });
}
