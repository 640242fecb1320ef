import { isErased, type Erased } from '@callboard/plugin-eventstore-common';

/**
 * What one value of a column may be in a handler's hands.
 *
 * @public
 */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** @public */
export type ColumnType =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'timestamp'
  | 'texts'
  | 'json';

/**
 * One column of a view's table. `TValue` is what is read from it, `TInput` what
 * a handler may put into it.
 *
 * @public
 */
export interface Column<TValue = any, TInput = any> {
  // any: columns of all types fit into one table
  readonly type: ColumnType;
  readonly isNullable: boolean;
  readonly isPersonal: boolean;
  /** Null is allowed, and what a column left out of an upsert becomes. */
  nullable(): Column<TValue | null, TInput | null>;
  /**
   * It says something about a person. It may be null, takes the marker of
   * erased data (and stores null), and `erase` empties it in every past
   * version of the row.
   */
  personal(): Column<TValue | null, TInput | null | Erased>;
  /** Never there: it carries the types. */
  readonly _types?: { value: TValue; input: TInput };
}

/** @public */
export type ColumnValue<TColumn> =
  TColumn extends Column<infer TValue, any> ? TValue : never; // any: not looked at
/** @public */
export type ColumnInput<TColumn> =
  TColumn extends Column<any, infer TInput> ? TInput : never; // any: not looked at

function define<TValue>(
  type: ColumnType,
  isNullable = false,
  isPersonal = false,
): Column<TValue, TValue> {
  return Object.freeze({
    type,
    isNullable,
    isPersonal,
    nullable: () => define<TValue | null>(type, true, isPersonal),
    personal: () =>
      define<TValue | null>(type, true, true) as Column<
        TValue | null,
        TValue | null | Erased
      >,
  });
}

/**
 * The columns a view's table can have.
 *
 * @public
 */
export const column = {
  text: () => define<string>('text'),
  /** A whole number within ±(2^53 - 1); `bigint` in the database. */
  integer: () => define<number>('integer'),
  /** Any number; `double precision` in the database. */
  number: () => define<number>('number'),
  boolean: () => define<boolean>('boolean'),
  /** ISO 8601 in UTC with milliseconds, as `recordedAt` of an event. */
  timestamp: () => define<string>('timestamp'),
  texts: () => define<readonly string[]>('texts'),
  /** Anything JSON can say; `jsonb` in the database. */
  json: <TValue = JsonValue>() => define<TValue>('json'),
};

const sqlTypes: Record<ColumnType, string> = {
  text: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  texts: 'text[]',
  json: 'jsonb',
};

/** The PostgreSQL type of a column. */
export function sqlType(type: ColumnType): string {
  return sqlTypes[type];
}

/** The type of the array elements by which values travel to the database. */
export function wireType(type: ColumnType): 'bigint' | 'text' {
  return type === 'integer' ? 'bigint' : 'text';
}

/**
 * A handler's value as it will be read back, so that a row in memory is the
 * same as one from the database.
 *
 * @throws TypeError when it does not fit the column
 */
export function normalize(
  name: string,
  { type, isNullable, isPersonal }: Column,
  value: unknown,
): unknown {
  if (value === null || value === undefined) {
    if (isNullable) {
      return null;
    }
    throw new TypeError(`Column ${name} needs a value`);
  }
  if (isPersonal && isErased(value)) {
    return null;
  }
  switch (type) {
    case 'text':
      if (typeof value === 'string') return normalizeText(name, value);
      break;
    case 'integer':
      if (Number.isSafeInteger(value)) return value;
      break;
    case 'number':
      // Negative zero and zero are one value in the database's indexes.
      if (typeof value === 'number') return value === 0 ? 0 : value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'timestamp':
      if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) {
        return new Date(value).toISOString();
      }
      break;
    case 'texts':
      if (
        Array.isArray(value) &&
        value.every(item => typeof item === 'string')
      ) {
        return value.map(item => normalizeText(name, item));
      }
      break;
    case 'json':
      return normalizeJson(name, value);
    default:
  }
  throw new TypeError(
    `Column ${name} takes ${type}, not ${typeof value === 'object' ? JSON.stringify(value) : `${typeof value} ${String(value)}`}`,
  );
}

function normalizeText(name: string, value: string): string {
  if (value.includes('\0')) {
    throw new TypeError(`Column ${name} cannot hold the character U+0000`);
  }
  // Half a surrogate pair becomes U+FFFD on its way to the database.
  return value.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function normalizeJson(name: string, value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) {
    throw new TypeError(`Column ${name} takes json, not ${typeof value}`);
  }
  return JSON.parse(text, (_key, item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(byJsonbOrder))
      : item,
  );
}

/** `jsonb` keeps keys by length, then by byte; so a row in memory does too. */
function byJsonbOrder([a]: [string, unknown], [b]: [string, unknown]): number {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length - right.length || left.compare(right);
}

/** A normalized value as an element of a text array. */
export function toWireText(type: ColumnType, value: unknown): string | null {
  if (value === null) {
    return null;
  }
  switch (type) {
    case 'json':
      return JSON.stringify(value);
    case 'texts':
      return arrayLiteral(value as readonly string[]);
    default:
      return String(value);
  }
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayLiteral(items: readonly string[]): string {
  return `{${items
    .map(item => `"${item.replace(/["\\]/g, character => `\\${character}`)}"`)
    .join(',')}}`;
}

/** A value as the `pg` driver returns it, as a handler sees it. */
export function fromDatabase(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) {
    return null;
  }
  switch (type) {
    case 'integer':
      return Number(value);
    case 'timestamp':
      return (
        value instanceof Date ? value : new Date(String(value))
      ).toISOString();
    default:
      return value;
  }
}
