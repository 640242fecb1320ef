import {
  actorSchema,
  instanceIdSchema,
  lineSchema,
  newEventId,
  parseArgument,
  type Actor,
  type EventContext,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import type { CommandScope } from './deriveEventId';

/**
 * Who gives a command, where, and under which id.
 *
 * @public
 */
export interface CommandEnvelope {
  readonly instance: InstanceId;
  readonly actor: Actor;
  /** `plugin` may be left out where the runner is a plugin's own. */
  readonly context?: Partial<Omit<EventContext, 'commandId' | 'commandHash'>>;
  /**
   * Chosen by the caller and the same when it tries again (an
   * `Idempotency-Key`). Without one each call is a command of its own.
   */
  readonly commandId?: string;
  /** Stop before the next attempt when it is aborted. */
  readonly signal?: AbortSignal;
}

/** @throws BadArgumentError */
export function scopeOf(envelope: CommandEnvelope): CommandScope {
  return {
    instance: parseArgument(instanceIdSchema, envelope.instance, 'instance'),
    actor: parseArgument(actorSchema, envelope.actor, 'actor'),
    commandId:
      envelope.commandId === undefined
        ? newEventId()
        : parseArgument(lineSchema.max(128), envelope.commandId, 'commandId'),
  };
}

/**
 * What is stored beside each event of a command.
 *
 * @param hash - of the command, when it can come again under its id
 */
export function contextOf(
  envelope: CommandEnvelope,
  scope: CommandScope,
  plugin: string | undefined,
  hash: string | undefined,
): EventContext {
  return {
    plugin,
    ...envelope.context,
    correlationId: envelope.context?.correlationId ?? scope.commandId,
    commandId: scope.commandId,
    ...(hash === undefined ? {} : { commandHash: hash }),
  } as EventContext; // the log refuses it when there is no plugin
}
