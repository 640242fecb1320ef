/**
 * Values of fields as they are written in queries and paths: as in JSON, but
 * without quotes.
 */
import {
  ScalarType,
  type DescField,
  type DescMessage,
} from '@bufbuild/protobuf';

/** Messages that JSON writes as one text, number or truth value. */
const TEXT_MESSAGES = new Set([
  'google.protobuf.Timestamp',
  'google.protobuf.Duration',
  'google.protobuf.FieldMask',
  'google.protobuf.DoubleValue',
  'google.protobuf.FloatValue',
  'google.protobuf.Int64Value',
  'google.protobuf.UInt64Value',
  'google.protobuf.Int32Value',
  'google.protobuf.UInt32Value',
  'google.protobuf.BoolValue',
  'google.protobuf.StringValue',
  'google.protobuf.BytesValue',
]);

/** Messages that JSON writes in a way of its own that is no such value. */
const NO_TEXT_MESSAGES = new Set([
  'google.protobuf.Any',
  'google.protobuf.Struct',
  'google.protobuf.Value',
  'google.protobuf.ListValue',
  'google.api.HttpBody',
]);

/** Whether a field is one value, or a list of such values. */
export function isQueryValue(field: DescField): boolean {
  if (field.fieldKind === 'map') {
    return false;
  }
  return !field.message || TEXT_MESSAGES.has(field.message.typeName);
}

/** Whether a field's own fields can be named, as in `filter.tags`. */
export function isQueryParent(message: DescMessage): boolean {
  return (
    !TEXT_MESSAGES.has(message.typeName) &&
    !NO_TEXT_MESSAGES.has(message.typeName)
  );
}

/**
 * A value from a query or a path as JSON has it. What is no such value is
 * passed on as the text it is, for the decoder to refuse.
 */
export function toJsonValue(
  field: DescField,
  text: string,
): string | number | boolean {
  if (field.message) {
    switch (field.message.typeName) {
      case 'google.protobuf.BoolValue':
        return toBoolean(text);
      case 'google.protobuf.FieldMask':
        return toJsonPaths(text);
      default:
        return text;
    }
  }
  if ('enum' in field && field.enum) {
    return /^-?\d+$/.test(text) ? Number(text) : text;
  }
  return 'scalar' in field && field.scalar === ScalarType.BOOL
    ? toBoolean(text)
    : text;
}

function toBoolean(text: string): boolean | string {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

/** Both `page_size` and `pageSize` are understood; JSON knows the latter. */
function toJsonPaths(mask: string): string {
  return mask.replace(/_([a-z0-9])/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
}
