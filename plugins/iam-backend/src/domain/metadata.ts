import {
  METADATA_ENTRIES,
  refusal,
  type RefusalCode,
} from '@callboard/plugin-iam-common';

/** Free entries by key. A value may have been erased. */
export type Metadata = Readonly<Record<string, unknown>>;

export function withEntry(
  metadata: Metadata,
  key: string,
  value: unknown,
): Metadata {
  return { ...metadata, [key]: value };
}

export function withoutEntry(metadata: Metadata, key: string): Metadata {
  const { [key]: _removed, ...rest } = metadata;
  return rest;
}

/** @throws CommandRejectedError when there is no room for the key */
export function requireRoom(
  metadata: Metadata,
  key: string,
  otherwise: RefusalCode,
): void {
  const keys = Object.keys(metadata);
  if (!keys.includes(key) && keys.length >= METADATA_ENTRIES) {
    throw refusal(otherwise, 'key');
  }
}
