/**
 * Paths to fields, as people and programs read them in errors:
 * `book.authors[0].familyName`, `book.labels["colour"]`. Names are those of
 * JSON.
 */
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { Path } from '@bufbuild/protobuf/reflect';

/** @param key - a field's JSON name, a list's index or a map's key */
export function childPath(
  parent: string,
  key: string | number | { readonly mapKey: string },
): string {
  if (typeof key === 'number') {
    return `${parent}[${key}]`;
  }
  if (typeof key === 'object') {
    return `${parent}[${JSON.stringify(key.mapKey)}]`;
  }
  return parent === '' ? key : `${parent}.${key}`;
}

/** A path of protobuf reflection in this notation. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    switch (part.kind) {
      case 'list_sub':
        text = childPath(text, part.index);
        break;
      case 'map_sub':
        text = childPath(text, { mapKey: `${part.key}` });
        break;
      case 'field':
        text = childPath(text, part.jsonName);
        break;
      default:
        text = childPath(text, part.name);
    }
  }
  return text;
}

const fieldsByName = new WeakMap<DescMessage, Map<string, DescField>>();

/** A field by its JSON name or its name in the definition. */
export function findField(
  message: DescMessage,
  name: string,
): DescField | undefined {
  let fields = fieldsByName.get(message);
  if (!fields) {
    fields = new Map([
      ...message.fields.map(field => [field.name, field] as const),
      ...message.fields.map(field => [field.jsonName, field] as const),
    ]);
    fieldsByName.set(message, fields);
  }
  return fields.get(name);
}
