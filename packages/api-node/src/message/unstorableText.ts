import type { FieldViolation } from '@callboard/api-client';
import { childPath } from './fieldPath';

// With the flag u, whole pairs are no surrogates.
const HALF_A_PAIR = /\p{Surrogate}/u;

/**
 * Texts that no database of ours takes: with the character U+0000, or with half
 * of a surrogate pair. Both can be written in JSON and are never meant.
 */
export function findUnstorableText(message: object): FieldViolation[] {
  const found: FieldViolation[] = [];
  visit(message, '', found);
  return found;
}

function visit(value: unknown, path: string, found: FieldViolation[]): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || HALF_A_PAIR.test(value)) {
      found.push({
        field: path,
        rule: 'TEXT_INVALID',
        message: 'has a character that no text can have',
      });
    }
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      visit(value[index], childPath(path, index), found);
    }
  } else if (isContainer(value)) {
    // A oneof is an object of `case` and `value`, which are no fields.
    const isOneof = 'case' in value && !('$typeName' in value);
    for (const key in value) {
      if (key.startsWith('$') || (isOneof && key === 'case')) {
        continue;
      }
      const name = isOneof ? `${value.case}` : key;
      visit(
        value[key],
        isOneof ? childPath(parentOf(path), name) : childPath(path, name),
        found,
      );
    }
  }
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
  );
}

/** The path without its last name: that of a oneof stands in no message. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}
