import { createHash } from 'node:crypto';
import {
  aggregateType,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { stringify } from 'uuid';

/**
 * A UUID version 8 (RFC 9562, 5.8) over SHA-256: equal names give equal ids, on
 * every node and at every time.
 *
 * @param prefix - bytes to begin with instead, e.g. of a time
 */
export function deriveUuid(
  names: readonly (string | number)[],
  prefix?: Uint8Array,
): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify(names))
    .digest()
    .subarray(0, 16);
  if (prefix) {
    bytes.set(prefix, 0);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return stringify(bytes);
}

/**
 * The id of an aggregate that is known by a name elsewhere, e.g. a catalog
 * entity. Aggregate ids are global: name the instance as well when the same
 * name can occur in several.
 *
 * @throws BadArgumentError when the type is misspelt
 * @public
 */
export function deriveAggregateId(
  type: string,
  ...names: readonly [string, ...string[]]
): AggregateId {
  return `${aggregateType(type)}/${deriveUuid([type, ...names])}` as AggregateId;
}
