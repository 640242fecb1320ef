/**
 * Finds every fault in JSON that doesn't fit its message, and what is sound in
 * it. Runs only once decoding has failed: the decoder stops at the first fault
 * and doesn't tell its path.
 */
import {
  fromJson,
  type DescField,
  type DescMessage,
  type JsonValue,
} from '@bufbuild/protobuf';
import type { FieldViolation } from '@callboard/api-client';
import { expectationOf, expectationOfWellKnown } from './expectations';
import { childPath, findField } from './fieldPath';
import { MAX_DEPTH } from './jsonLimits';

/** More faults than these say nothing new. */
const MAX_VIOLATIONS = 100;

export interface Diagnosis {
  readonly faults: readonly FieldViolation[];
  /**
   * The JSON without what is at fault; it can be decoded. In lists and maps
   * something else stands in its place, so that the others keep theirs.
   * Undefined when not everything was looked at.
   */
  readonly sound: JsonValue | undefined;
}

/** In place of a value of which nothing is sound. */
const NOTHING = Symbol('nothing sound');
type Sound = JsonValue | typeof NOTHING;

class Inspection {
  readonly found: FieldViolation[] = [];
  /** Whether something was not looked at. */
  isCut = false;

  message(
    message: DescMessage,
    json: unknown,
    path: string,
    depth: number,
  ): Sound {
    if (this.found.length >= MAX_VIOLATIONS || depth > MAX_DEPTH) {
      this.isCut = true;
      return NOTHING;
    }
    const wellKnown = expectationOfWellKnown(message);
    if (wellKnown) {
      return decodes(message, json)
        ? (json as JsonValue)
        : this.#wrongType(path, wellKnown.what);
    }
    if (!isObject(json)) {
      return this.#wrongType(path, 'an object');
    }
    const sound: Record<string, JsonValue> = {};
    const given = new Map<string, string>();
    for (const [key, value] of Object.entries(json)) {
      const field = findField(message, key);
      const at = childPath(path, field?.jsonName ?? key);
      if (this.found.length >= MAX_VIOLATIONS) {
        this.isCut = true;
        return NOTHING;
      }
      if (!field) {
        this.#add(at, 'UNKNOWN_FIELD', 'is not a known field');
        continue;
      }
      if (value === null && field.fieldKind !== 'message') {
        continue;
      }
      const place = field.oneof ? field.oneof.name : field.name;
      const other = given.get(place);
      if (other !== undefined) {
        this.#add(at, 'SET_TWICE', `can't be given together with ${other}`);
      }
      given.set(place, at);
      const soundValue = this.#field(field, value, at, depth);
      if (soundValue !== NOTHING && other === undefined) {
        sound[field.jsonName] = soundValue;
      }
    }
    return sound;
  }

  #field(field: DescField, value: unknown, path: string, depth: number): Sound {
    switch (field.fieldKind) {
      case 'list':
        if (!Array.isArray(value)) {
          return this.#wrongType(path, 'a list');
        }
        return value.map((item, index) =>
          orPlaceholder(
            field,
            this.#value(field, [item], item, childPath(path, index), depth),
          ),
        );
      case 'map': {
        if (!isObject(value)) {
          return this.#wrongType(path, 'an object');
        }
        const sound: [string, JsonValue][] = [];
        for (const [key, item] of Object.entries(value)) {
          const at = childPath(path, { mapKey: key });
          if (decodes(field.parent, { [field.jsonName]: { [key]: item } })) {
            sound.push([key, item as JsonValue]);
            continue;
          }
          const soundItem = orPlaceholder(
            field,
            this.#value(field, { [key]: item }, item, at, depth),
          );
          // It may be the key that is at fault.
          if (
            decodes(field.parent, { [field.jsonName]: { [key]: soundItem } })
          ) {
            sound.push([key, soundItem]);
          } else if (!this.found.some(fault => fault.field === at)) {
            this.#add(at, 'WRONG_TYPE', 'has a key of the wrong type');
          }
        }
        return Object.fromEntries(sound);
      }
      default:
        return this.#value(field, value, value, path, depth);
    }
  }

  /**
   * A field's value, or one of its list or map.
   *
   * @param probe - the value as the field alone would have it
   */
  #value(
    field: DescField,
    probe: unknown,
    value: unknown,
    path: string,
    depth: number,
  ): Sound {
    if (field.message) {
      return this.message(field.message, value, path, depth + 1);
    }
    return decodes(field.parent, { [field.jsonName]: probe })
      ? (value as JsonValue)
      : this.#wrongType(path, expectationOf(field).what);
  }

  #wrongType(path: string, what: string): typeof NOTHING {
    this.#add(path, 'WRONG_TYPE', `must be ${what}`);
    return NOTHING;
  }

  #add(field: string, rule: string, message: string): void {
    this.found.push({ field, rule, message });
  }
}

/** @returns no faults when the JSON can be decoded, or when none is found */
export function diagnoseJson(message: DescMessage, json: unknown): Diagnosis {
  const inspection = new Inspection();
  const sound = inspection.message(message, json, '', 0);
  return {
    faults: inspection.found,
    sound: inspection.isCut || sound === NOTHING ? undefined : sound,
  };
}

function orPlaceholder(field: DescField, sound: Sound): JsonValue {
  return sound === NOTHING ? expectationOf(field).placeholder : sound;
}

function decodes(message: DescMessage, json: unknown): boolean {
  try {
    fromJson(message, json as JsonValue);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
