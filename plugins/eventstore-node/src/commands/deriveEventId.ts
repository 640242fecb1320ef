import {
  actorKey,
  type Actor,
  type EventId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import { parse, validate, version as uuidVersion } from 'uuid';
import { deriveUuid } from '../identity/deriveUuid';

/** Whose command it is: two callers may choose the same id by chance. */
export interface CommandScope {
  readonly instance: InstanceId;
  readonly actor: Actor;
  readonly commandId: string;
}

const TIME_BYTES = 6;

/**
 * The id of a command's n-th event (from 0): the same on every node and at
 * every attempt. When the command id is a UUIDv7 its time is kept in front, so
 * that new ids stay together in the index.
 */
export function deriveEventId(scope: CommandScope, index: number): EventId {
  const { instance, actor, commandId } = scope;
  const time =
    validate(commandId) && uuidVersion(commandId) === 7
      ? parse(commandId).subarray(0, TIME_BYTES)
      : undefined;
  return deriveUuid(
    [instance, actorKey(actor), commandId, index],
    time,
  ) as EventId;
}
