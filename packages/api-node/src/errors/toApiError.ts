/**
 * Whatever is thrown while a call is served, as the one error shape. Every kind
 * of error that is meant for a caller is known here; of all others the caller
 * learns nothing but that they happened.
 */
import { Code, ConnectError } from '@connectrpc/connect';
import {
  ApiError,
  statusOfGrpcCode,
  type CanonicalStatus,
} from '@callboard/api-client';
import {
  EventStoreError,
  PayloadInvalidError,
  type EventStoreErrorKind,
} from '@callboard/plugin-eventstore-common';

const STATUS_OF_KIND: Record<EventStoreErrorKind, CanonicalStatus> = {
  invalid_argument: 'INVALID_ARGUMENT',
  permission_denied: 'PERMISSION_DENIED',
  not_found: 'NOT_FOUND',
  conflict: 'ABORTED',
  failed_precondition: 'FAILED_PRECONDITION',
  too_large: 'RESOURCE_EXHAUSTED',
  busy: 'RESOURCE_EXHAUSTED',
  unavailable: 'UNAVAILABLE',
  internal: 'INTERNAL',
};

/** Something is there already that may be there once only. */
const ALREADY_EXISTS = ['eventstore.claim_taken', 'eventstore.event_id_taken'];

/**
 * Which aggregate holds a unique value is not for everyone who tries to take
 * it: it may belong to somebody else's organization.
 */
const NOT_FOR_CALLERS = ['owner', 'issues'];

/** By name, because each plugin may bring its own copy of @backstage/errors. */
const BACKSTAGE_ERRORS: Record<string, CanonicalStatus> = {
  InputError: 'INVALID_ARGUMENT',
  AuthenticationError: 'UNAUTHENTICATED',
  NotAllowedError: 'PERMISSION_DENIED',
  NotFoundError: 'NOT_FOUND',
  ConflictError: 'ABORTED',
  NotImplementedError: 'UNIMPLEMENTED',
  ServiceUnavailableError: 'UNAVAILABLE',
};

/** How long clients wait when the error itself doesn't say. */
const RETRY_AFTER_MS = 1000;

/** For what a plugin serves beside its API. @public */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  if (thrown instanceof EventStoreError) {
    return fromEventStoreError(thrown);
  }
  if (thrown instanceof ConnectError) {
    return fromConnect(thrown);
  }
  if (thrown instanceof Error) {
    const status = BACKSTAGE_ERRORS[thrown.name];
    if (status) {
      const retryable = status === 'UNAVAILABLE';
      return new ApiError(thrown.message, {
        code: status,
        status,
        retryable,
        retryAfterMs: retryable ? RETRY_AFTER_MS : undefined,
        cause: thrown,
      });
    }
    if (thrown.name === 'AbortError') {
      return new ApiError('The call was cancelled', {
        code: 'CANCELLED',
        status: 'CANCELLED',
        cause: thrown,
      });
    }
    if (thrown.name === 'TimeoutError') {
      return deadlineExceeded(thrown);
    }
  }
  return internalError(thrown);
}

export function deadlineExceeded(cause?: unknown): ApiError {
  return new ApiError('The call took longer than its deadline allowed', {
    code: 'DEADLINE_EXCEEDED',
    status: 'DEADLINE_EXCEEDED',
    cause,
  });
}

export function internalError(cause: unknown): ApiError {
  return new ApiError('Something went wrong on the server', {
    code: 'INTERNAL',
    status: 'INTERNAL',
    cause,
  });
}

function fromEventStoreError(error: EventStoreError): ApiError {
  if (error.kind === 'internal') {
    return internalError(error);
  }
  return new ApiError(error.message, {
    code: toReason(error.code),
    status: ALREADY_EXISTS.includes(error.code)
      ? 'ALREADY_EXISTS'
      : STATUS_OF_KIND[error.kind],
    httpStatus: error.status,
    fields:
      error instanceof PayloadInvalidError
        ? error.issues.map(({ path, message }) => ({
            field: path,
            rule: 'PAYLOAD_INVALID',
            message,
          }))
        : fieldOf(error),
    retryable: error.retryable,
    retryAfterMs: error.retryable ? retryAfterOf(error) : undefined,
    metadata: toMetadata(error.details),
    cause: error,
  });
}

/** Errors that know when it is worth asking again say so in seconds. */
function retryAfterOf(error: EventStoreError): number {
  const { retryAfter } = error.details;
  return typeof retryAfter === 'number' ? retryAfter * 1000 : RETRY_AFTER_MS;
}

function fieldOf(error: EventStoreError): ApiError['fields'] {
  return error.field === undefined
    ? []
    : [
        {
          field: toFieldPath(error.field),
          rule: toReason(error.code),
          message: error.message,
        },
      ];
}

/** `changes.0.role`, as commands have it, as `changes[0].role`. */
function toFieldPath(field: string): string {
  return field.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}

/**
 * What Connect's library calls internal though the request is to blame: gRPC
 * has it so (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md), our
 * other transports have not.
 */
const MALFORMED = /^(parse (binary|JSON)|received compressed envelope)/i;

/** The faults of requests that the library finds itself. */
const LIBRARY_CODES: Partial<Record<CanonicalStatus, string>> = {
  INVALID_ARGUMENT: 'REQUEST_MALFORMED',
  RESOURCE_EXHAUSTED: 'REQUEST_TOO_LARGE',
};

function fromConnect(error: ConnectError): ApiError {
  if (error.cause instanceof ApiError) {
    return error.cause;
  }
  if (MALFORMED.test(error.rawMessage)) {
    return new ApiError('The request is not a valid message', {
      code: 'REQUEST_MALFORMED',
      status: 'INVALID_ARGUMENT',
      cause: error,
    });
  }
  if (error.code === Code.DeadlineExceeded) {
    return deadlineExceeded(error);
  }
  // What a server answered whom we asked says nothing of our caller's request.
  if (
    error.isWireError ||
    error.code === Code.Internal ||
    error.code === Code.Unknown
  ) {
    return internalError(error);
  }
  const status = statusOfGrpcCode(error.code);
  return new ApiError(error.rawMessage, {
    code: LIBRARY_CODES[status] ?? status,
    status,
    retryable: status === 'UNAVAILABLE',
    cause: error,
  });
}

/** `iam.user.locked` as `IAM_USER_LOCKED` (https://google.aip.dev/193). */
function toReason(code: string): string {
  return code.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

function toMetadata(details: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(details)
      .filter(
        ([name, value]) =>
          value !== undefined && !NOT_FOR_CALLERS.includes(name),
      )
      .map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
  );
}
