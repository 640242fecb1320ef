/**
 * Connect's library answers some faults itself, before a handler of ours is
 * called: broken envelopes and messages, sizes, compressions. Here such answers
 * get what every error of ours has. Messages of errors are written as gRPC
 * wants them.
 */
import { CORRELATION_ID, toConnectError } from '@callboard/api-client';
import { ConnectError } from '@connectrpc/connect';
import {
  encodeEnvelope,
  type UniversalHandlerFn,
  type UniversalServerResponse,
} from '@connectrpc/connect/protocol';
import {
  createEndStreamSerialization,
  endStreamFlag,
} from '@connectrpc/connect/protocol-connect';
import {
  findTrailerError,
  setTrailerStatus,
} from '@connectrpc/connect/protocol-grpc';
import {
  trailerFlag,
  trailerParse,
  trailerSerialize,
} from '@connectrpc/connect/protocol-grpc-web';
import { v7 } from 'uuid';
import type { MethodRunner } from '../call/MethodRunner';
import { domainOf } from '../errors/domain';
import { encodeGrpcMessage } from '../grpc/encodeGrpcMessage';

const endStream = createEndStreamSerialization(undefined);

/** The method whose errors are completed. */
type FailingMethod = Pick<MethodRunner, 'fail' | 'pluginId'>;

export function completeErrors(
  handler: UniversalHandlerFn,
  method: FailingMethod,
): UniversalHandlerFn {
  return async request => {
    const response = await handler(request);
    return response.body
      ? { ...response, body: completeBody(response, response.body, method) }
      : response;
  };
}

async function* completeBody(
  response: UniversalServerResponse,
  body: AsyncIterable<Uint8Array>,
  method: FailingMethod,
): AsyncGenerator<Uint8Array> {
  const contentType = response.header?.get('content-type') ?? '';
  const complete = (error: ConnectError) =>
    completeError(
      error,
      response.header?.get(CORRELATION_ID) ?? undefined,
      method,
    );
  if (contentType.startsWith('application/grpc-web')) {
    for await (const chunk of body) {
      yield chunk[0] === trailerFlag ? completeTrailer(chunk, complete) : chunk;
    }
  } else if (contentType.startsWith('application/connect+')) {
    for await (const chunk of body) {
      yield chunk[0] === endStreamFlag
        ? completeEndStream(chunk, complete)
        : chunk;
    }
  } else {
    yield* body;
    if (response.trailer) {
      completeStatus(response.trailer, complete);
    }
  }
}

/** @returns false when the trailer reports no error */
function completeStatus(
  trailer: Headers,
  complete: (error: ConnectError) => ConnectError,
): boolean {
  const error = findTrailerError(trailer);
  if (!error) {
    return false;
  }
  if (error.details.length === 0) {
    setTrailerStatus(trailer, complete(error));
  }
  trailer.set('grpc-message', encodeGrpcMessage(error.rawMessage));
  return true;
}

// An envelope begins with one byte of flags and four of length.
const ENVELOPE_HEAD = 5;

function completeTrailer(
  envelope: Uint8Array,
  complete: (error: ConnectError) => ConnectError,
): Uint8Array {
  const trailer = trailerParse(envelope.subarray(ENVELOPE_HEAD));
  return completeStatus(trailer, complete)
    ? encodeEnvelope(trailerFlag, trailerSerialize(trailer))
    : envelope;
}

function completeEndStream(
  envelope: Uint8Array,
  complete: (error: ConnectError) => ConnectError,
): Uint8Array {
  const end = endStream.parse(envelope.subarray(ENVELOPE_HEAD));
  if (!end.error || end.error.details.length > 0) {
    return envelope;
  }
  return encodeEnvelope(
    endStreamFlag,
    endStream.serialize({ ...end, error: complete(end.error) }),
  );
}

/** As if the library had thrown it here, and not put it into an answer. */
function completeError(
  { rawMessage, code }: ConnectError,
  correlationId: string | undefined,
  method: FailingMethod,
): ConnectError {
  return toConnectError(
    method.fail(new ConnectError(rawMessage, code), correlationId ?? v7()),
    domainOf(method.pluginId),
  );
}
