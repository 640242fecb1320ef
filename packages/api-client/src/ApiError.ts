import { httpStatusOf, type CanonicalStatus } from './canonicalStatus';

/**
 * One thing that is wrong with a request.
 *
 * @public
 */
export interface FieldViolation {
  /**
   * The path of the field at fault as JSON spells it, e.g.
   * `book.authors[0].familyName`; or the name of a header.
   */
  readonly field: string;
  /** The rule that was broken, stable: `STRING_MIN_LEN`. */
  readonly rule: string;
  /** For a person. */
  readonly message: string;
}

/** What {@link ApiError} is made of. */
export interface ApiErrorOptions {
  /** Stable, upper snake case: `EVENTSTORE_CLAIM_TAKEN`. May be matched on. */
  readonly code: string;
  readonly status: CanonicalStatus;
  /** Every field at fault, when it was the request. */
  readonly fields?: readonly FieldViolation[];
  /** Names the request in the server's log and in the audit trail. */
  readonly correlationId?: string;
  /** The same request may succeed later, unchanged. */
  readonly retryable?: boolean;
  /** How long to wait before that, if the server knows. */
  readonly retryAfterMs?: number;
  /** Further facts, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** HTTP status where it is not the usual one of `status`. */
  readonly httpStatus?: number;
  readonly cause?: unknown;
}

/**
 * What went wrong with a call, the same on every transport. `message` is for a
 * person; programs use `code`.
 *
 * @public
 */
export class ApiError extends Error {
  readonly code: string;
  readonly status: CanonicalStatus;
  readonly fields: readonly FieldViolation[];
  readonly correlationId?: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly httpStatus: number;

  constructor(message: string, options: ApiErrorOptions) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ApiError';
    this.code = options.code;
    this.status = options.status;
    this.fields = options.fields ?? [];
    this.correlationId = options.correlationId;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.metadata = options.metadata ?? {};
    this.httpStatus = options.httpStatus ?? httpStatusOf(options.status);
  }

  /** The same error, saying to which request it belongs. */
  withCorrelationId(correlationId: string): ApiError {
    const copy = new ApiError(this.message, {
      ...this,
      correlationId,
      cause: this.cause,
    });
    copy.stack = this.stack;
    return copy;
  }
}
