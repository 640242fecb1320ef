/**
 * Everything that can be done in IAM: one method for each thing. Each checks its
 * input field by field, whether the caller may do it and hands out no more than
 * they hold, decides, stores all of it in one transaction, and answers with the
 * position.
 */
import { actorKey, newEventId } from '@callboard/plugin-eventstore-common';
import { deriveAggregateId } from '@callboard/plugin-eventstore-node';
import { parseInput } from '@callboard/plugin-iam-common';
import { expectVersion, type UnitOfWork } from '../domain/unitOfWork';
import { userAggregate } from '../domain/user/user';
import type { Caller } from '../queries/Authorizer';
import { administratorCommands } from './administrators';
import { authorizeCommand } from './authorizeCommand';
import {
  commandPermissions,
  type CommandAuthorization,
  type CommandName,
} from './commandPermissions';
import {
  actorOf,
  type CommandRequest,
  type CommandResult,
} from './CommandRequest';
import type { CommandServices } from './CommandServices';
import { credentialCommands } from './credentials';
import type { CommandDefinition, Deciding, Outcome } from './defineCommand';
import { domainCommands } from './domains';
import { grantCommands } from './grants';
import { groupCommands } from './groups';
import { requireHeld, type HandedOut } from './handedOut';
import { instanceCommands, instanceOf } from './instances';
import { invitationCommands } from './invitations';
import { organizationCommands } from './organizations';
import { policyCommands } from './policies';
import { projectCommands } from './projects';
import { explainRefusal } from './refusals';
import { runWork } from './runWork';
import { makeSecret, type NewSecret } from './secrets';
import type { Target } from './targets';
import { userCommands } from './users';

export const commandDefinitions = {
  ...instanceCommands,
  ...organizationCommands,
  ...domainCommands,
  ...userCommands,
  ...invitationCommands,
  ...credentialCommands,
  ...groupCommands,
  ...projectCommands,
  ...grantCommands,
  ...administratorCommands,
  ...policyCommands,
} satisfies Record<CommandName, CommandDefinition<any, any>>; // any: of all kinds

type Definitions = typeof commandDefinitions;

/** The fields of a command, as a caller gives them. */
export type CommandInput<TName extends CommandName> =
  Definitions[TName]['input']['_zod']['input'];

/**
 * @throws CommandRejectedError with a stable code and the field at fault
 * @throws PermissionDeniedError
 * @throws ViewBehindError, ViewNotReadyError when permissions are not known yet
 * @throws what the event store throws
 */
export type IamCommands = {
  readonly [TName in CommandName]: (
    request: CommandRequest,
    input: CommandInput<TName>,
  ) => Promise<CommandResult>;
};

export function createIamCommands(services: CommandServices): IamCommands {
  const names = Object.keys(commandPermissions) as CommandName[];
  return Object.fromEntries(
    names.map(name => [
      name,
      (request: CommandRequest, input: unknown) =>
        runCommand(services, name, request, input),
    ]),
  ) as IamCommands;
}

async function runCommand(
  services: CommandServices,
  name: CommandName,
  request: CommandRequest,
  given: unknown,
): Promise<CommandResult> {
  const definition: CommandDefinition = commandDefinitions[name];
  const input = parseInput(definition.input, given) as Record<string, unknown>;
  const { caller } = request;
  const target = await authorizeCommand(services, caller, name, input);
  const field = fieldOf(name);
  try {
    return await decideCommand(services, { name, request, input, target });
  } catch (error) {
    throw explainRefusal(
      error,
      input,
      target && field ? { field, kind: target.kind } : undefined,
    );
  }
}

/** The field that names what the command is about. */
function fieldOf(name: CommandName): string | undefined {
  const needed: CommandAuthorization = commandPermissions[name];
  if (needed === 'code') {
    return 'user';
  }
  return typeof needed === 'string' ? undefined : needed[0].of;
}

interface Given {
  readonly name: CommandName;
  readonly request: CommandRequest;
  readonly input: Record<string, unknown>;
  readonly target?: Target;
}

async function decideCommand(
  services: CommandServices,
  given: Given,
): Promise<CommandResult> {
  const { name, request, input } = given;
  const { caller } = request;
  const definition: CommandDefinition = commandDefinitions[name];
  const instance = instanceOf(input, caller.instance);
  const actor = actorOf(caller, await isMachine(services, caller));
  const prepared = await definition.prepare?.(input, services, caller);
  const commandId = request.commandId ?? newEventId();
  const secret = once(makeSecret);
  const idOf = (type: string) =>
    deriveAggregateId(type, instance, actorKey(actor), commandId);

  const { answer, result } = await runWork(services.runner, {
    instance,
    actor,
    context: request.context,
    signal: request.signal,
    commandId: request.commandId,
    command: { name, input },
    work: context =>
      decideWithChecks(given, prepared, {
        caller,
        now: context.now,
        id: idOf(definition.creates ?? 'iam.none'),
        credential: credentialOf(idOf),
        secret,
      }),
    admit: ({ handedOut }) =>
      requireHeld(services.authorizer, caller, handedOut),
  });
  const outcome = result?.outcome;
  if (outcome && answer.events.length > 0) {
    await definition.afterwards?.(input, outcome, services, caller);
  }
  return {
    position: answer.position,
    events: answer.events,
    ...(definition.creates ? { id: idOf(definition.creates) } : {}),
    ...told(outcome),
  };
}

function* decideWithChecks(
  { name, input, target }: Given,
  prepared: unknown,
  deciding: Deciding,
): UnitOfWork<{ handedOut: readonly HandedOut[]; outcome: Outcome }> {
  const definition: CommandDefinition = commandDefinitions[name];
  if (target && typeof input.version === 'number') {
    yield* expectVersion(target.definition, target.id, input.version);
  }
  const handedOut =
    (yield* definition.handsOut?.(input, deciding.caller) ?? nothing()) ?? [];
  const outcome = yield* definition.decide(input, deciding, prepared);
  return { handedOut, outcome: outcome ?? {} };
}

function* nothing(): UnitOfWork<readonly HandedOut[]> {
  return [];
}

/** Of an outcome, what is for the caller. */
function told(outcome: Outcome | undefined): Outcome {
  const { credential, secret, privateKey, challenge, check } = outcome ?? {};
  return Object.fromEntries(
    Object.entries({
      credential,
      secret,
      privateKey,
      challenge,
      check,
    }).filter(([, value]) => value !== undefined),
  );
}

/** The UUID of an id that follows from the command id. */
function credentialOf(idOf: (type: string) => string): string {
  return idOf('iam.credential').split('/')[1]!;
}

function once(
  make: (purpose: Parameters<typeof makeSecret>[0]) => NewSecret,
): typeof make {
  let made: NewSecret | undefined;
  return purpose => (made ??= make(purpose));
}

async function isMachine(
  { runner }: CommandServices,
  caller: Caller,
): Promise<boolean> {
  if (caller.kind === 'operator') {
    return false;
  }
  const { state } = await runner.load(
    userAggregate,
    caller.user,
    caller.instance,
  );
  return state.type === 'machine';
}
