/**
 * An error's facts as the messages that gRPC and Connect carry beside code and
 * text (https://google.aip.dev/193).
 *
 * - ErrorInfo: `code`, `metadata`
 * - BadRequest: `fields`
 * - RetryInfo: `retryable`, `retryAfterMs`; absent when a retry can't help
 * - RequestInfo: `correlationId`
 */
import { durationFromMs, durationMs } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import { ApiError } from './ApiError';
import { grpcCodeOf, statusOfGrpcCode } from './canonicalStatus';
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RequestInfoSchema,
  RetryInfoSchema,
} from './gen/google/rpc/error_details_pb';

type Detail = ConstructorParameters<typeof ConnectError>[3] extends
  | (infer TDetail)[]
  | undefined
  ? TDetail
  : never;

/**
 * An error as Connect's handlers send it.
 *
 * @param domain - who gives `code` its meaning, e.g. `iam.callboard.io`
 * @public
 */
export function toConnectError(error: ApiError, domain: string): ConnectError {
  const details: Detail[] = [
    {
      desc: ErrorInfoSchema,
      value: { reason: error.code, domain, metadata: { ...error.metadata } },
    },
  ];
  if (error.fields.length > 0) {
    details.push({
      desc: BadRequestSchema,
      value: {
        fieldViolations: error.fields.map(({ field, rule, message }) => ({
          field,
          reason: rule,
          description: message,
        })),
      },
    });
  }
  if (error.retryable) {
    details.push({
      desc: RetryInfoSchema,
      value:
        error.retryAfterMs === undefined
          ? {}
          : { retryDelay: durationFromMs(error.retryAfterMs) },
    });
  }
  if (error.correlationId !== undefined) {
    details.push({
      desc: RequestInfoSchema,
      value: { requestId: error.correlationId },
    });
  }
  return new ConnectError(
    // It is percent-encoded on its way, which half a surrogate pair breaks.
    error.message.replace(/\p{Surrogate}/gu, '\ufffd'),
    grpcCodeOf(error.status),
    undefined,
    details,
    error,
  );
}

/**
 * What a Connect, gRPC or gRPC-web client received, as an {@link ApiError}.
 * Anything else that was thrown (the network failed, the call was aborted)
 * becomes one as well.
 *
 * @public
 */
export function fromConnectError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  if (!(thrown instanceof ConnectError) || isNetworkFailure(thrown.cause)) {
    return fromFailedFetch(
      thrown instanceof ConnectError ? thrown.cause : thrown,
    );
  }
  const [info] = thrown.findDetails(ErrorInfoSchema);
  const [retry] = thrown.findDetails(RetryInfoSchema);
  const [request] = thrown.findDetails(RequestInfoSchema);
  const status = statusOfGrpcCode(thrown.code);
  return new ApiError(thrown.rawMessage, {
    // Without details it was not one of our handlers that answered.
    code: info?.reason || status,
    status,
    fields: thrown
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) =>
        fieldViolations.map(({ field, reason, description }) => ({
          field,
          rule: reason,
          message: description,
        })),
      ),
    correlationId: request?.requestId || undefined,
    retryable: info ? retry !== undefined : status === 'UNAVAILABLE',
    retryAfterMs: retry?.retryDelay ? durationMs(retry.retryDelay) : undefined,
    metadata: info?.metadata ?? {},
    cause: thrown,
  });
}

/** `fetch` reports that it got no answer at all as a TypeError. */
function isNetworkFailure(cause: unknown): boolean {
  return nameOf(cause) === 'TypeError';
}

/** Not by class: what `fetch` throws may come from another realm. */
function nameOf(thrown: unknown): unknown {
  return (thrown as { name?: unknown } | undefined | null)?.name;
}

function fromFailedFetch(thrown: unknown): ApiError {
  if (isNetworkFailure(thrown)) {
    return new ApiError('The server could not be reached', {
      code: 'UNREACHABLE',
      status: 'UNAVAILABLE',
      retryable: true,
      cause: thrown,
    });
  }
  if (nameOf(thrown) === 'AbortError') {
    return new ApiError('The call was cancelled', {
      code: 'CANCELLED',
      status: 'CANCELLED',
      cause: thrown,
    });
  }
  return new ApiError(thrown instanceof Error ? thrown.message : `${thrown}`, {
    code: 'UNKNOWN',
    status: 'UNKNOWN',
    cause: thrown,
  });
}
