/**
 * The status codes that every transport shares: those of gRPC
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto).
 */
import { Code } from '@connectrpc/connect';

/**
 * Which kind of failure an error is.
 *
 * @public
 */
export type CanonicalStatus =
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

/**
 * gRPC's number for each, which Connect uses as well; and the HTTP status of a
 * REST answer. The latter is the one that code.proto recommends, save one: a
 * request that is well-formed but refused in the present state is 422, so that
 * a caller can tell it from a malformed one.
 */
const STATUSES: Record<CanonicalStatus, { grpc: Code; http: number }> = {
  CANCELLED: { grpc: Code.Canceled, http: 499 },
  UNKNOWN: { grpc: Code.Unknown, http: 500 },
  INVALID_ARGUMENT: { grpc: Code.InvalidArgument, http: 400 },
  DEADLINE_EXCEEDED: { grpc: Code.DeadlineExceeded, http: 504 },
  NOT_FOUND: { grpc: Code.NotFound, http: 404 },
  ALREADY_EXISTS: { grpc: Code.AlreadyExists, http: 409 },
  PERMISSION_DENIED: { grpc: Code.PermissionDenied, http: 403 },
  RESOURCE_EXHAUSTED: { grpc: Code.ResourceExhausted, http: 429 },
  FAILED_PRECONDITION: { grpc: Code.FailedPrecondition, http: 422 },
  ABORTED: { grpc: Code.Aborted, http: 409 },
  OUT_OF_RANGE: { grpc: Code.OutOfRange, http: 400 },
  UNIMPLEMENTED: { grpc: Code.Unimplemented, http: 501 },
  INTERNAL: { grpc: Code.Internal, http: 500 },
  UNAVAILABLE: { grpc: Code.Unavailable, http: 503 },
  DATA_LOSS: { grpc: Code.DataLoss, http: 500 },
  UNAUTHENTICATED: { grpc: Code.Unauthenticated, http: 401 },
};

const byNumber = new Map(
  Object.entries(STATUSES).map(([status, { grpc }]) => [
    grpc,
    status as CanonicalStatus,
  ]),
);

/** @public */
export function grpcCodeOf(status: CanonicalStatus): Code {
  return STATUSES[status].grpc;
}

/** @public */
export function httpStatusOf(status: CanonicalStatus): number {
  return STATUSES[status].http;
}

/**
 * The status with this gRPC number; `UNKNOWN` for a number that has none.
 *
 * @public
 */
export function statusOfGrpcCode(code: number): CanonicalStatus {
  return byNumber.get(code) ?? 'UNKNOWN';
}

/**
 * Whether a text is the name of a status.
 *
 * @public
 */
export function isCanonicalStatus(text: unknown): text is CanonicalStatus {
  return typeof text === 'string' && Object.hasOwn(STATUSES, text);
}
