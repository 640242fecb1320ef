import {
  fromJson,
  type DescMessage,
  type JsonValue,
  type MessageShape,
} from '@bufbuild/protobuf';
import { ApiError } from '@callboard/api-client';
import { diagnoseJson } from './diagnoseJson';

/**
 * Turns a JSON value into a message. Unknown fields are refused: a misspelt
 * one would be ignored in silence.
 *
 * @param path - where in the request the value stands, when not at its top
 * @throws {@link ApiError} naming every field at fault
 */
export function decodeJson<TDesc extends DescMessage>(
  desc: TDesc,
  json: unknown,
  path = '',
): MessageShape<TDesc> {
  try {
    return fromJson(desc, json as JsonValue);
  } catch {
    throw invalidRequest(diagnoseJson(desc, json, path));
  }
}

/** The error for a request with these faults. */
export function invalidRequest(fields: ApiError['fields']): ApiError {
  const [first] = fields;
  const rest = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return new ApiError(
    first
      ? `The request is invalid: ${`${first.field} ${first.message}`.trim()}${rest}`
      : 'The request is invalid',
    { code: 'REQUEST_INVALID', status: 'INVALID_ARGUMENT', fields },
  );
}
