/**
 * Connect's library stops at the first fault of a JSON message and names no
 * path. So requests that carry JSON are decoded here before it sees them, and
 * those that don't fit are refused with every fault. Binary messages have no
 * such faults: bytes are a message or they are none.
 */
import {
  encodeEnvelope,
  transformSplitEnvelope,
  type UniversalHandlerFn,
} from '@connectrpc/connect/protocol';
import { v7 } from 'uuid';
import type { MethodRunner } from '../call/MethodRunner';
import { mediaTypeOf } from '../http/contentType';
import { decodeJson } from '../message/decodeJson';
import { parseJson } from '../message/jsonLimits';
import { begunCall } from './LibraryCall';
import { toWire } from './toWire';

type DecodingMethod = Pick<
  MethodRunner,
  'method' | 'validator' | 'fail' | 'pluginId'
>;

export function explainJson(
  handler: UniversalHandlerFn,
  runner: DecodingMethod,
  maxBytes: number,
): UniversalHandlerFn {
  return request => {
    const mediaType = mediaTypeOf(
      request.header.get('content-type') ?? undefined,
    );
    const isEnveloped =
      mediaType.startsWith('application/connect+') ||
      mediaType.startsWith('application/grpc');
    if (!isEnveloped || !mediaType.endsWith('+json')) {
      return handler(request);
    }
    const correlationId = () =>
      request.contextValues?.get(begunCall)?.correlationId ?? v7();
    return handler({
      ...request,
      body: explained(
        request.body as AsyncIterable<Uint8Array>,
        runner,
        maxBytes,
        correlationId,
      ),
    });
  };
}

async function* explained(
  body: AsyncIterable<Uint8Array>,
  runner: DecodingMethod,
  maxBytes: number,
  correlationId: () => string,
): AsyncGenerator<Uint8Array> {
  const split = transformSplitEnvelope(maxBytes);
  for await (const { flags, data } of split(body)) {
    // With a flag it is compressed or no message; the library knows better.
    if (flags === 0) {
      try {
        decodeJson(runner.method.input, parseJson(data), runner.validator);
      } catch (thrown) {
        throw toWire(runner, thrown, correlationId());
      }
    }
    yield encodeEnvelope(flags, data);
  }
}
