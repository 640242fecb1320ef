/**
 * The body of a REST answer that reports an error. `error.name` and `response`
 * are what Backstage's own clients look at
 * (https://backstage.io/docs/reference/errors.errorresponsebody).
 */
import { ApiError, type FieldViolation } from './ApiError';
import { isCanonicalStatus, type CanonicalStatus } from './canonicalStatus';

/** @public */
export interface ErrorBody {
  readonly error: {
    readonly name: string;
    readonly code: string;
    readonly status: CanonicalStatus;
    readonly message: string;
    readonly fields: readonly FieldViolation[];
    readonly correlationId?: string;
    readonly retryable: boolean;
    readonly retryAfterMs?: number;
    readonly metadata: Readonly<Record<string, string>>;
  };
  readonly response: { readonly statusCode: number };
}

const BACKSTAGE_NAMES: Partial<Record<CanonicalStatus, string>> = {
  INVALID_ARGUMENT: 'InputError',
  OUT_OF_RANGE: 'InputError',
  UNAUTHENTICATED: 'AuthenticationError',
  PERMISSION_DENIED: 'NotAllowedError',
  NOT_FOUND: 'NotFoundError',
  ALREADY_EXISTS: 'ConflictError',
  ABORTED: 'ConflictError',
  UNIMPLEMENTED: 'NotImplementedError',
  UNAVAILABLE: 'ServiceUnavailableError',
};

/** @public */
export function toErrorBody(error: ApiError): ErrorBody {
  return {
    error: {
      name: BACKSTAGE_NAMES[error.status] ?? 'ApiError',
      code: error.code,
      status: error.status,
      message: error.message,
      fields: error.fields,
      correlationId: error.correlationId,
      retryable: error.retryable,
      retryAfterMs: error.retryAfterMs,
      metadata: error.metadata,
    },
    response: { statusCode: error.httpStatus },
  };
}

/**
 * An error body that was received, as an {@link ApiError}; undefined when it is
 * none.
 *
 * @public
 */
export function fromErrorBody(body: unknown): ApiError | undefined {
  const { error, response } = (body ?? {}) as Partial<ErrorBody>;
  if (
    typeof error?.code !== 'string' ||
    typeof error.message !== 'string' ||
    !isCanonicalStatus(error.status)
  ) {
    return undefined;
  }
  return new ApiError(error.message, {
    ...error,
    httpStatus: response?.statusCode,
  });
}
