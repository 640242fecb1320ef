import { isObject, type Json, type JsonObject } from './aggregateStates';

/** One value that differs. @public */
export interface Difference {
  /** `profile.name`, `roles[2]`. */
  readonly path: string;
  /** Undefined when there was none. */
  readonly before: Json | undefined;
  /** Undefined when there is none any more. */
  readonly after: Json | undefined;
}

/**
 * What is different in a state, value by value, in the order of the later one.
 *
 * @public
 */
export function diffStates(
  before: JsonObject,
  after: JsonObject,
): Difference[] {
  const found: Difference[] = [];
  compare(before, after, '', found);
  return found;
}

function compare(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  found: Difference[],
): void {
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(after), ...Object.keys(before)]);
    for (const name of names) {
      compare(
        Object.hasOwn(before, name) ? before[name] : undefined,
        Object.hasOwn(after, name) ? after[name] : undefined,
        path === '' ? name : `${path}.${name}`,
        found,
      );
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index++) {
      compare(before[index], after[index], `${path}[${index}]`, found);
    }
  } else if (before !== after) {
    found.push({ path, before, after });
  }
}
