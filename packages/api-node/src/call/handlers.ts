import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { ApiContext } from './ApiContext';

/**
 * What answers a method's calls. Requests have been checked against the
 * definition's constraints, and callers against the policy.
 *
 * @public
 */
export type MethodHandler<TMethod extends DescMethod> =
  TMethod extends DescMethodUnary<infer I, infer O>
    ? (
        request: MessageShape<I>,
        context: ApiContext,
      ) => Promise<MessageInitShape<O>> | MessageInitShape<O>
    : TMethod extends DescMethodServerStreaming<infer I, infer O>
      ? (
          request: MessageShape<I>,
          context: ApiContext,
        ) => AsyncIterable<MessageInitShape<O>>
      : TMethod extends DescMethodClientStreaming<infer I, infer O>
        ? (
            requests: AsyncIterable<MessageShape<I>>,
            context: ApiContext,
          ) => Promise<MessageInitShape<O>>
        : TMethod extends DescMethodBiDiStreaming<infer I, infer O>
          ? (
              requests: AsyncIterable<MessageShape<I>>,
              context: ApiContext,
            ) => AsyncIterable<MessageInitShape<O>>
          : never;

/**
 * One handler for each method of a service.
 *
 * @public
 */
export type ServiceHandlers<TService extends DescService> = {
  readonly [P in keyof TService['method']]: MethodHandler<
    TService['method'][P]
  >;
};
