/**
 * Finds every fault in JSON that doesn't fit its message. Runs only once
 * decoding has failed: the decoder stops at the first fault and doesn't tell
 * its path.
 */
import {
  ScalarType,
  fromJson,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonValue,
} from '@bufbuild/protobuf';
import type { FieldViolation } from '@callboard/api-client';
import { childPath, findField } from './fieldPath';
import { MAX_DEPTH } from './jsonLimits';

/** More faults than these say nothing new. */
const MAX_VIOLATIONS = 100;

/** Messages that JSON writes in a way of its own, and how. */
const WELL_KNOWN: Record<string, string> = {
  'google.protobuf.Timestamp': 'a time like 2026-01-31T12:00:00Z',
  'google.protobuf.Duration': 'a duration in seconds like 1.5s',
  'google.protobuf.FieldMask': 'field paths with commas between them',
  'google.protobuf.Struct': 'an object',
  'google.protobuf.ListValue': 'a list',
  'google.protobuf.Value': 'a JSON value',
  'google.protobuf.Any': 'an object with a known @type',
  'google.protobuf.BoolValue': 'true or false',
  'google.protobuf.StringValue': 'a text',
  'google.protobuf.BytesValue': 'base64',
  'google.protobuf.DoubleValue': 'a number',
  'google.protobuf.FloatValue': 'a number',
  'google.protobuf.Int32Value': 'a whole number of 32 bits',
  'google.protobuf.UInt32Value': 'a whole number of 32 bits, not negative',
  'google.protobuf.Int64Value': 'a whole number of 64 bits',
  'google.protobuf.UInt64Value': 'a whole number of 64 bits, not negative',
};

/**
 * @param json - a value that `fromJson` refuses for this message
 * @returns at least one violation
 */
export function diagnoseJson(
  message: DescMessage,
  json: unknown,
  path = '',
): FieldViolation[] {
  const found: FieldViolation[] = [];
  inspectMessage(message, json, path, 0, found);
  if (found.length === 0) {
    found.push(violation(path, 'WRONG_TYPE', reasonOf(message, json)));
  }
  return found;
}

function inspectMessage(
  message: DescMessage,
  json: unknown,
  path: string,
  depth: number,
  found: FieldViolation[],
): void {
  if (found.length >= MAX_VIOLATIONS || depth > MAX_DEPTH) {
    return;
  }
  const wellKnown = WELL_KNOWN[message.typeName];
  if (wellKnown) {
    if (!decodes(message, json)) {
      found.push(violation(path, 'WRONG_TYPE', `must be ${wellKnown}`));
    }
    return;
  }
  if (!isObject(json)) {
    found.push(violation(path, 'WRONG_TYPE', 'must be an object'));
    return;
  }
  const given = new Map<string, string>();
  for (const [key, value] of Object.entries(json)) {
    const field = findField(message, key);
    const at = childPath(path, field?.jsonName ?? key);
    if (found.length >= MAX_VIOLATIONS) {
      return;
    }
    if (!field) {
      found.push(violation(at, 'UNKNOWN_FIELD', 'is not a known field'));
      continue;
    }
    if (value === null && field.fieldKind !== 'message') {
      continue;
    }
    const place = field.oneof ? field.oneof.name : field.name;
    const other = given.get(place);
    if (other !== undefined) {
      found.push(
        violation(at, 'SET_TWICE', `can't be given together with ${other}`),
      );
    }
    given.set(place, at);
    inspectField(field, value, at, depth, found);
  }
}

function inspectField(
  field: DescField,
  value: unknown,
  path: string,
  depth: number,
  found: FieldViolation[],
): void {
  switch (field.fieldKind) {
    case 'list':
      if (!Array.isArray(value)) {
        found.push(violation(path, 'WRONG_TYPE', 'must be a list'));
        return;
      }
      value.forEach((item, index) =>
        inspectValue(
          field,
          field.message,
          item,
          childPath(path, index),
          depth,
          found,
        ),
      );
      return;
    case 'map':
      if (!isObject(value)) {
        found.push(violation(path, 'WRONG_TYPE', 'must be an object'));
        return;
      }
      for (const [key, item] of Object.entries(value)) {
        const at = childPath(path, { mapKey: key });
        if (field.message) {
          inspectMessage(field.message, item, at, depth + 1, found);
        }
        if (!decodes(field.parent, { [field.jsonName]: { [key]: item } })) {
          if (!field.message) {
            found.push(violation(at, 'WRONG_TYPE', expectationOf(field)));
          }
        }
      }
      return;
    default:
      inspectValue(field, field.message, value, path, depth, found);
  }
}

/** A field's value, or one item of its list. */
function inspectValue(
  field: DescField,
  message: DescMessage | undefined,
  value: unknown,
  path: string,
  depth: number,
  found: FieldViolation[],
): void {
  if (message) {
    inspectMessage(message, value, path, depth + 1, found);
    return;
  }
  const probe = field.fieldKind === 'list' ? [value] : value;
  if (!decodes(field.parent, { [field.jsonName]: probe })) {
    found.push(violation(path, 'WRONG_TYPE', expectationOf(field)));
  }
}

function decodes(message: DescMessage, json: unknown): boolean {
  try {
    fromJson(message, json as JsonValue);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(message: DescMessage, json: unknown): string {
  try {
    fromJson(message, json as JsonValue);
    return 'is invalid';
  } catch (error) {
    return error instanceof Error ? error.message : `${error}`;
  }
}

function expectationOf(field: DescField): string {
  const scalar = 'scalar' in field ? field.scalar : undefined;
  const choice = 'enum' in field ? field.enum : undefined;
  if (choice) {
    return `must be one of ${namesOf(choice)}`;
  }
  switch (scalar) {
    case ScalarType.BOOL:
      return 'must be true or false';
    case ScalarType.STRING:
      return 'must be a text';
    case ScalarType.BYTES:
      return 'must be base64';
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 'must be a number';
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 'must be a whole number from 0 to 4294967295';
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return 'must be a whole number from -2147483648 to 2147483647';
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 'must be a whole number from 0 to 18446744073709551615';
    default:
      return 'must be a whole number from -9223372036854775808 to 9223372036854775807';
  }
}

function namesOf(choice: DescEnum): string {
  return choice.values.map(value => value.name).join(', ');
}

function violation(
  field: string,
  rule: string,
  message: string,
): FieldViolation {
  return { field, rule, message };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
