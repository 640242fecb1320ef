import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { createClient, type Client, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { v7 } from 'uuid';
import { fromConnectError } from './errorDetails';
import { IDEMPOTENCY_KEY, POSITION } from './headers';
import {
  defaultRetry,
  systemClock,
  withRetry,
  type RetryClock,
  type RetryOptions,
} from './retry';
import { SeenPosition } from './SeenPosition';

/** One page, one memory: what one plugin wrote, a read of another one waits for. */
const seenByPage = new SeenPosition();

/** @public */
export interface ApiClientOptions {
  /** Whose API it is; requests go to `plugin://<pluginId>`. */
  readonly pluginId: string;
  /** Backstage's `fetchApi`, or whatever else can fetch `plugin://` URLs. */
  readonly fetchApi: { readonly fetch: typeof globalThis.fetch };
  /** After how long a call without a `timeoutMs` of its own gives up: 30 s. */
  readonly defaultTimeoutMs?: number;
  readonly retry?: RetryOptions;
  /** Shared by all clients of a page when left out. */
  readonly seenPosition?: SeenPosition;
  /** For tests. */
  readonly clock?: RetryClock;
}

/**
 * The typed client of one service, for screens.
 *
 * - Calls take `{ signal, timeoutMs, headers }` and reject with an
 *   {@link ApiError}, whatever failed.
 * - What the definition calls free of side effects or idempotent is repeated
 *   when the network or the server fails for a moment. A command is repeated
 *   only when the server answered that nothing was done, under the same
 *   `Idempotency-Key`. Streams are not repeated.
 * - Reads wait until they show what this page has written.
 *
 * @example
 * ```ts
 * const audit = createApiClient(AuditService, {
 *   pluginId: 'eventstore',
 *   fetchApi: useApi(fetchApiRef),
 * });
 * const { events } = await audit.searchEvents({ pageSize: 50 }, { signal });
 * ```
 *
 * @public
 */
export function createApiClient<TService extends DescService>(
  service: TService,
  options: ApiClientOptions,
): Client<TService> {
  const transport = createConnectTransport({
    baseUrl: `plugin://${options.pluginId}`,
    fetch: (input, init) => options.fetchApi.fetch(input, init),
    defaultTimeoutMs: options.defaultTimeoutMs ?? 30_000,
  });
  return createClient(service, withCallboardRules(transport, options));
}

function withCallboardRules(
  transport: Transport,
  options: ApiClientOptions,
): Transport {
  const seen = options.seenPosition ?? seenByPage;
  const prepare = (method: DescMethod, init: HeadersInit | undefined) => {
    const header = new Headers(init);
    if (isRead(method)) {
      if (seen.highest > 0 && !header.has(POSITION)) {
        header.set(POSITION, `${seen.highest}`);
      }
    } else if (!header.has(IDEMPOTENCY_KEY)) {
      header.set(IDEMPOTENCY_KEY, v7());
    }
    return header;
  };
  return {
    unary: (method, signal, timeoutMs, init, input, contextValues) => {
      const header = prepare(method, init);
      return withRetry(
        async () => {
          const response = await transport.unary(
            method,
            signal,
            timeoutMs,
            header,
            input,
            contextValues,
          );
          seen.note(response.header.get(POSITION));
          return response;
        },
        {
          harmless: isHarmless(method),
          signal,
          options: options.retry ?? defaultRetry,
          clock: options.clock ?? systemClock,
          toApiError: fromConnectError,
        },
      );
    },
    stream: async (method, signal, timeoutMs, init, input, contextValues) => {
      try {
        const response = await transport.stream(
          method,
          signal,
          timeoutMs,
          prepare(method, init),
          input,
          contextValues,
        );
        seen.note(response.header.get(POSITION));
        return { ...response, message: throwingApiErrors(response.message) };
      } catch (thrown) {
        throw fromConnectError(thrown);
      }
    },
  };
}

async function* throwingApiErrors<T>(
  messages: AsyncIterable<T>,
): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw fromConnectError(thrown);
  }
}

function isRead(method: DescMethod): boolean {
  return method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
}

function isHarmless(method: DescMethod): boolean {
  return (
    isRead(method) ||
    method.idempotency === MethodOptions_IdempotencyLevel.IDEMPOTENT
  );
}
