/**
 * One call through each transport, by clients that we did not write, with its
 * outcome in one form to compare.
 */
import {
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import {
  createConnectTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-web';
import { ConnectError, type Transport } from '@connectrpc/connect';
import {
  ApiError,
  fromConnectError,
  fromErrorBody,
} from '@callboard/api-client';
import { StatusSchema } from '../gen/google/rpc/status_pb';
import { openGrpcClient, type GrpcClient } from './grpcClient';
import { userToken, type StartedLibrary } from './startLibrary';

export interface Outcome {
  readonly answers: JsonValue[];
  readonly error?: Record<string, unknown>;
}

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

export type Caller = (
  method: DescMethod,
  request: JsonValue,
  rest: RestRequest,
) => Promise<Outcome>;

export const HEADERS = { authorization: `Bearer ${userToken}` };

/** A caller for each transport, and a function that lets go of them. */
export async function openCallers(started: StartedLibrary): Promise<{
  callers: Record<string, Caller>;
  close(): void;
}> {
  const grpc = await openGrpcClient(started.grpcAddress);
  const options = { baseUrl: started.baseUrl };
  return {
    callers: {
      grpc: callerOfGrpc(grpc),
      'gRPC-web': callerOfTransport(createGrpcWebTransport(options)),
      'Connect with JSON': callerOfTransport(createConnectTransport(options)),
      'Connect with binary messages': callerOfTransport(
        createConnectTransport({ ...options, useBinaryFormat: true }),
      ),
      'Connect by GET': callerOfTransport(
        createConnectTransport({ ...options, useHttpGet: true }),
      ),
      REST: callerOfRest(started.baseUrl),
    },
    close: () => grpc.close(),
  };
}

/** An error without what is different for each call. */
function describeError(error: ApiError): Record<string, unknown> {
  return {
    code: error.code,
    status: error.status,
    message: error.message,
    fields: error.fields,
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    metadata: error.metadata,
    hasCorrelationId: error.correlationId !== undefined,
  };
}

function callerOfTransport(transport: Transport): Caller {
  return async (method, request) => {
    const answers: JsonValue[] = [];
    const message = fromJson(method.input, request) as Message;
    try {
      if (method.methodKind === 'unary') {
        const response = await transport.unary(
          method as DescMethodUnary,
          undefined,
          undefined,
          HEADERS,
          message,
        );
        answers.push(toJson(method.output, response.message));
      } else if (method.methodKind === 'server_streaming') {
        const response = await transport.stream(
          method as DescMethodStreaming,
          undefined,
          undefined,
          HEADERS,
          (async function* one() {
            yield message;
          })(),
        );
        for await (const each of response.message) {
          answers.push(toJson(method.output, each));
        }
      }
      return { answers };
    } catch (thrown) {
      return { answers, error: describeError(fromConnectError(thrown)) };
    }
  };
}

function callerOfGrpc(client: GrpcClient): Caller {
  return async (method, request) => {
    const bytes = toBinary(method.input, fromJson(method.input, request));
    const { answers, error } = await client.call(method, [bytes], HEADERS);
    return {
      answers: answers.map(each =>
        toJson(method.output, fromBinary(method.output, each)),
      ),
      ...(error ? { error: describeError(fromGrpcError(error)) } : {}),
    };
  };
}

export function fromGrpcError(error: {
  code: number;
  details: string;
  statusDetails: Uint8Array | undefined;
}): ApiError {
  const connectError = new ConnectError(error.details, error.code);
  if (error.statusDetails) {
    connectError.details = fromBinary(
      StatusSchema,
      error.statusDetails,
    ).details.map(({ typeUrl, value }) => ({
      type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1),
      value,
    }));
  }
  return fromConnectError(connectError);
}

function callerOfRest(baseUrl: string): Caller {
  return async (method, _request, { method: httpMethod, path, body }) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: httpMethod,
      headers: {
        ...HEADERS,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType.includes('ndjson')) {
      return readLines(method, response);
    }
    const json = await response.json();
    const error = fromErrorBody(json);
    if (!response.ok) {
      return { answers: [], error: error && describeError(error) };
    }
    return { answers: [normalize(method, json)] };
  };
}

async function readLines(
  method: DescMethod,
  response: Response,
): Promise<Outcome> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    // A stream that failed is cut off after its last line.
  }
  const lines = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
  const error = fromErrorBody(lines.at(-1));
  const answers = (error ? lines.slice(0, -1) : lines).map(line =>
    normalize(method, line),
  );
  return { answers, ...(error ? { error: describeError(error) } : {}) };
}

/** REST writes defaults as well; other transports leave them out. */
function normalize(method: DescMethod, json: JsonValue): JsonValue {
  return toJson(method.output, fromJson(method.output, json));
}
