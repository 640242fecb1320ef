/**
 * What a plugin says of an action, as JSON that the log takes: plugins may hand
 * in anything, and as much as they like.
 */

const MAX_DEPTH = 8;
const MAX_TEXT = 2_000;
const MAX_ITEMS = 100;
const MAX_BYTES = 32 * 1024;

export function toStorableMeta(
  meta: object | undefined,
): Record<string, unknown> | undefined {
  if (!meta || Object.keys(meta).length === 0) {
    return undefined;
  }
  const storable = cut(meta, 0) as Record<string, unknown>;
  return Buffer.byteLength(JSON.stringify(storable)) > MAX_BYTES
    ? { tooLarge: true, names: Object.keys(storable) }
    : storable;
}

function cut(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return storableText(value);
    case 'number':
      return Number.isFinite(value) ? value : `${value}`;
    case 'boolean':
      return value;
    case 'bigint':
      return `${value}`;
    case 'object':
      return value === null ? null : cutObject(value, depth);
    default:
      return undefined;
  }
}

function cutObject(value: object, depth: number): unknown {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? null : value.toISOString();
  }
  if (value instanceof Error) {
    return { name: value.name, message: storableText(value.message) };
  }
  if (depth >= MAX_DEPTH) {
    return '…';
  }
  if (Array.isArray(value) || value instanceof Set) {
    return [...value]
      .slice(0, MAX_ITEMS)
      .map(each => cut(each, depth + 1) ?? null);
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries
      .slice(0, MAX_ITEMS)
      // Names with a dollar sign are the log's own.
      .map(([name, each]) => [
        storableText(`${name}`).replace(/^\$/, '_'),
        cut(each, depth + 1),
      ])
      .filter(([, each]) => each !== undefined),
  );
}

/** PostgreSQL's text has no place for U+0000, nor for half a surrogate pair. */
function storableText(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
