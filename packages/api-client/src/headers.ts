/**
 * The headers that mean the same on every transport. On gRPC they are
 * metadata, in lower case.
 */

/**
 * Of a command: repeating it under the same key has one effect and the same
 * answer.
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/)
 *
 * @public
 */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/**
 * Of an answer: the place in the log up to which it has written. Of a request:
 * the answer must show at least that.
 *
 * @public
 */
export const POSITION = 'Callboard-Position';

/**
 * Names a request in logs, in the audit trail and in errors. Taken from the
 * request when it has one.
 *
 * @public
 */
export const CORRELATION_ID = 'X-Correlation-Id';

/**
 * Of a REST request: the seconds after which the caller gives up, e.g. `2.5`.
 * gRPC and Connect have headers of their own for this.
 *
 * @public
 */
export const REQUEST_TIMEOUT = 'Request-Timeout';
