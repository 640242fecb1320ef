import { createHash } from 'node:crypto';
import {
  actorKey,
  type Actor,
  type EventId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import { parse, stringify, validate, version as uuidVersion } from 'uuid';

/** Whose command it is: two callers may choose the same id by chance. */
export interface CommandScope {
  readonly instance: InstanceId;
  readonly actor: Actor;
  readonly commandId: string;
}

/**
 * The id of a command's n-th event (from 0): the same on every node and at
 * every attempt. A UUID version 8 (RFC 9562, 5.8) over SHA-256; when the
 * command id is a UUIDv7 its time is kept in front, so that new ids stay
 * together in the index.
 */
export function deriveEventId(scope: CommandScope, index: number): EventId {
  const bytes = createHash('sha256')
    .update(
      JSON.stringify([
        scope.instance,
        actorKey(scope.actor),
        scope.commandId,
        index,
      ]),
    )
    .digest()
    .subarray(0, 16);
  if (validate(scope.commandId) && uuidVersion(scope.commandId) === 7) {
    bytes.set(parse(scope.commandId).subarray(0, 6), 0);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return stringify(bytes) as EventId;
}
