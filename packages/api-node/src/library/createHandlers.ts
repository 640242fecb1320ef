/**
 * Our methods as handlers of Connect's library: for gRPC, gRPC-web and Connect
 * streams.
 */
import type { DescMethod, Message } from '@bufbuild/protobuf';
import { CORRELATION_ID } from '@callboard/api-client';
import {
  createConnectRouter,
  type HandlerContext,
  type MethodImpl,
} from '@connectrpc/connect';
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { BegunCall, MethodRunner } from '../call/MethodRunner';
import { readCorrelationId } from '../call/requestHeaders';
import { internalError } from '../errors/toApiError';
import { completeErrors } from './completeErrors';
import { explainJson } from './explainJson';
import { LibraryCall, begunCall, callerFacts } from './LibraryCall';
import { toWire } from './toWire';

export interface LibraryHandlerOptions {
  readonly protocols: readonly ('grpc' | 'grpcWeb' | 'connect')[];
  /** Of one message. */
  readonly maxBytes: number;
}

/** One handler for each method, by its path: `/<service>/<method>`. */
export function createLibraryHandlers(
  runners: readonly MethodRunner[],
  options: LibraryHandlerOptions,
): Map<string, UniversalHandler> {
  const byMethod = new Map(runners.map(runner => [runner.method, runner]));
  const router = createConnectRouter({
    grpc: options.protocols.includes('grpc'),
    grpcWeb: options.protocols.includes('grpcWeb'),
    connect: options.protocols.includes('connect'),
    readMaxBytes: options.maxBytes,
    acceptCompression: [compressionGzip, compressionBrotli],
    jsonOptions: { ignoreUnknownFields: false },
    // Runs before anything of the body is read.
    requestGate: async context => {
      const runner = byMethod.get(context.method);
      if (runner) {
        await begin(runner, context);
      }
    },
  });
  for (const runner of runners) {
    router.rpc(
      runner.method,
      implementationOf(runner) as MethodImpl<DescMethod>,
    );
  }
  return new Map(
    router.handlers.map(handler => {
      const runner = byMethod.get(handler.method)!;
      return [
        handler.requestPath,
        Object.assign(
          completeErrors(
            explainJson(handler, runner, options.maxBytes),
            runner,
          ),
          handler,
        ),
      ];
    }),
  );
}

async function begin(
  runner: MethodRunner,
  context: HandlerContext,
): Promise<void> {
  const caller = context.values.get(callerFacts);
  if (!caller) {
    throw new Error('The connection says nothing about its caller');
  }
  const call = new LibraryCall(context, caller);
  try {
    context.values.set(begunCall, await runner.begin(call));
  } catch (thrown) {
    throw toWire(runner, thrown, readCorrelationId(call));
  }
}

function implementationOf(runner: MethodRunner): unknown {
  const begunOf = (context: HandlerContext): BegunCall => {
    const begun = context.values.get(begunCall);
    if (!begun) {
      throw toWire(
        runner,
        internalError(new Error('The call was not begun')),
        `${context.responseHeader.get(CORRELATION_ID)}`,
      );
    }
    return begun;
  };
  const failing = async <T>(begun: BegunCall, run: () => Promise<T>) => {
    try {
      return await run();
    } catch (thrown) {
      throw toWire(runner, thrown, begun.correlationId);
    }
  };
  switch (runner.method.methodKind) {
    case 'unary':
      return (request: Message, context: HandlerContext) => {
        const begun = begunOf(context);
        return failing(begun, () => runner.unary(begun, request));
      };
    case 'client_streaming':
      return (requests: AsyncIterable<Message>, context: HandlerContext) => {
        const begun = begunOf(context);
        return failing(begun, () => runner.clientStream(begun, requests));
      };
    default:
      return async function* answers(
        request: Message | AsyncIterable<Message>,
        context: HandlerContext,
      ) {
        const begun = begunOf(context);
        try {
          yield* runner.answers(begun, request);
        } catch (thrown) {
          throw toWire(runner, thrown, begun.correlationId);
        }
      };
  }
}
