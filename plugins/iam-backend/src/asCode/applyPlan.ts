/** Makes the changes of a plan, each with IAM's own commands. */
import { createHash } from 'node:crypto';
import {
  CommandRejectedError,
  type Actor,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import { instanceAggregateId, type UserId } from '@callboard/plugin-iam-common';
import type { IamCommands } from '../commands/IamCommands';
import type { CommandRequest, CommandResult } from '../commands/CommandRequest';
import { commandsOf } from './commandsOf';
import type { Change, KnownUser } from './plan';
import type { Fault } from './readDocuments';
import { needs } from './resources';

export interface Application {
  /** Commands that were given; those that had been stored before included. */
  readonly commands: number;
  /** Those of them that changed something, now or before. */
  readonly events: number;
  /** Changes that were refused, and what needs them. */
  readonly faults: readonly Fault[];
}

/**
 * Each command has an id made of the plan's, its place in it and what it says. So whoever
 * goes on after a crash, or applies the same plan at the same time, repeats
 * commands, and the log has each of them once.
 *
 * @param steps - the changes to make, with their places in the plan
 * @throws what isn't a refusal: the database is away, views are behind
 */
export async function applyPlan(options: {
  readonly commands: IamCommands;
  readonly instance: InstanceId;
  readonly actor: Actor;
  readonly planId: string;
  readonly steps: readonly { readonly at: number; readonly change: Change }[];
  readonly ids: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, KnownUser>;
  readonly signal?: AbortSignal;
}): Promise<Application> {
  const { commands, instance, actor, planId, signal } = options;
  const ids = new Map(options.ids);
  const failed = new Set<string>();
  const faults: Fault[] = [];
  let given = 0;
  let events = 0;
  const names = {
    idOf: (key: string | null | undefined) =>
      typeof key === 'string' ? ids.get(key)! : instanceAggregateId(instance),
    user: (name: string) => options.users.get(name)!.id as UserId,
  };
  for (const { at, change } of options.steps) {
    const { resource, place } = change;
    const missing = needs(resource).find(key => failed.has(key));
    if (missing !== undefined) {
      failed.add(resource.key);
      faults.push({
        code: 'iam.as_code.needs_missing',
        message: `${resource.key} needs ${missing}, which was refused`,
        place,
      });
      continue;
    }
    try {
      for (const { command, input } of commandsOf(change, names)) {
        signal?.throwIfAborted();
        const run = commands[command] as (
          request: CommandRequest,
          input: unknown,
        ) => Promise<CommandResult>;
        const result = await run(
          {
            caller: { kind: 'operator', instance, actor },
            context: { correlationId: planId },
            commandId: `${planId}/${at}.${digestOf(command, input)}`,
            signal,
          },
          input,
        );
        given += 1;
        events += result.events.length;
        if (result.id) {
          ids.set(resource.key, result.id);
        }
      }
    } catch (error) {
      if (!(error instanceof CommandRejectedError)) {
        throw error;
      }
      failed.add(resource.key);
      faults.push({
        code: error.code,
        message: `${resource.key}: ${error.message}`,
        place,
      });
    }
  }
  return { commands: given, events, faults };
}

/** A change may take several commands, and only some of them be left. */
function digestOf(command: string, input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([command, input]))
    .digest('base64url')
    .slice(0, 16);
}
