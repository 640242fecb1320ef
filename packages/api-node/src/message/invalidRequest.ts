import { ApiError, type FieldViolation } from '@callboard/api-client';

/** The error for a request with these faults. */
export function invalidRequest(fields: readonly FieldViolation[]): ApiError {
  const [first] = fields;
  const rest = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return new ApiError(
    first
      ? `The request is invalid: ${`${first.field} ${first.message}`.trim()}${rest}`
      : 'The request is invalid',
    { code: 'REQUEST_INVALID', status: 'INVALID_ARGUMENT', fields },
  );
}
