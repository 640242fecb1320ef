import {
  fromJson,
  type DescMessage,
  type JsonValue,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { FieldViolation } from '@callboard/api-client';
import { diagnoseJson } from './diagnoseJson';
import { invalidRequest } from './invalidRequest';
import type { MessageValidator } from './validateMessage';

/**
 * Turns a JSON value into a message. Unknown fields are refused: a misspelt
 * one would be ignored in silence.
 *
 * Of a value that doesn't fit, what can be decoded is checked against the
 * constraints as well, so that one answer names every fault.
 *
 * @param known - faults of the request that were found before
 * @throws {@link ApiError} naming every field at fault
 */
export function decodeJson<TDesc extends DescMessage>(
  desc: TDesc,
  json: unknown,
  validator: MessageValidator,
  known: readonly FieldViolation[] = [],
): MessageShape<TDesc> {
  if (known.length === 0) {
    try {
      return fromJson(desc, json as JsonValue);
    } catch (error) {
      throw invalidRequest(findFaults(desc, json, validator, known, error));
    }
  }
  throw invalidRequest(findFaults(desc, json, validator, known, undefined));
}

function findFaults(
  desc: DescMessage,
  json: unknown,
  validator: MessageValidator,
  known: readonly FieldViolation[],
  error: unknown,
): FieldViolation[] {
  const { faults, sound } = diagnoseJson(desc, json);
  const structural = [
    ...known,
    ...faults.filter(fault => !known.some(each => each.field === fault.field)),
  ];
  if (structural.length === 0) {
    // What the decoder refuses and we see no fault in; it knows no paths.
    const message = error instanceof Error ? error.message : `${error}`;
    return [{ field: '', rule: 'WRONG_TYPE', message }];
  }
  return [
    ...structural,
    ...constraintFaults(desc, sound, validator).filter(
      fault => !structural.some(other => isInDoubt(fault, other)),
    ),
  ];
}

function constraintFaults(
  desc: DescMessage,
  sound: JsonValue | undefined,
  validator: MessageValidator,
): readonly FieldViolation[] {
  if (sound === undefined) {
    return [];
  }
  let message: MessageShape<DescMessage>;
  try {
    message = fromJson(desc, sound);
  } catch {
    return [];
  }
  return validator.faultsOf(desc, message);
}

/** Of a list or map whose members are at fault, their number is what it is. */
const COUNTS = ['REPEATED_MIN_ITEMS', 'REPEATED_MAX_ITEMS', 'MAP_MAX_PAIRS'];

/**
 * Whether a constraint may seem to be broken only because something else was
 * taken out: it was said of the same thing, a part of it, or the whole that it
 * is a part of. A field that nobody knows says nothing about others.
 */
function isInDoubt(
  constraint: FieldViolation,
  structural: FieldViolation,
): boolean {
  if (structural.rule === 'UNKNOWN_FIELD') {
    return false;
  }
  return (
    isWithin(constraint.field, structural.field) ||
    (isWithin(structural.field, constraint.field) &&
      !COUNTS.includes(constraint.rule))
  );
}

function isWithin(inner: string, outer: string): boolean {
  return (
    outer === '' ||
    inner === outer ||
    (inner.startsWith(outer) && /[.[]/.test(inner.charAt(outer.length)))
  );
}
