/** Handlers that give commands, and answer with what came of it. */
import {
  create,
  type DescMethod,
  type DescService,
  type Message,
} from '@bufbuild/protobuf';
import type { ApiContext, ServiceHandlers } from '@callboard/api-node';
import {
  ChallengeDomainResponseSchema,
  CheckDomainResponseSchema,
  CommandResponseSchema,
  CreateResponseSchema,
  DomainCheckSchema,
  KeyResponseSchema,
  SecretResponseSchema,
} from '@callboard/plugin-iam-common/api';
import type { CommandResult } from '../commands/CommandRequest';
import type { CommandName } from '../commands/commandPermissions';
import type { Caller } from '../queries/Authorizer';
import { choiceNumber } from './commandInput';
import { giveCommand, type CommandFields, type IamApi } from './IamApi';

/** Messages of answers, by type, from what a command came to. */
const ANSWERS: Record<string, (result: CommandResult) => Message> = {
  [CommandResponseSchema.typeName]: result =>
    create(CommandResponseSchema, { position: BigInt(result.position) }),
  [CreateResponseSchema.typeName]: result =>
    create(CreateResponseSchema, {
      id: result.id ?? result.credential,
      position: BigInt(result.position),
    }),
  [SecretResponseSchema.typeName]: result =>
    create(SecretResponseSchema, {
      id: result.id ?? result.credential,
      secret: result.secret,
      position: BigInt(result.position),
    }),
  [KeyResponseSchema.typeName]: result =>
    create(KeyResponseSchema, {
      id: result.credential,
      privateKey: result.privateKey,
      position: BigInt(result.position),
    }),
  [ChallengeDomainResponseSchema.typeName]: ({ challenge, position }) =>
    create(ChallengeDomainResponseSchema, {
      challenge: challenge && {
        method: challenge.method,
        ...(challenge.method === 'dns'
          ? { place: challenge.name, content: challenge.value }
          : { place: challenge.url, content: challenge.content }),
      },
      position: BigInt(position),
    }),
  [CheckDomainResponseSchema.typeName]: ({ check, position }) =>
    create(CheckDomainResponseSchema, {
      result: choiceNumber(DomainCheckSchema, check ?? null),
      position: BigInt(position),
    }),
};

/** How a method gives a command. */
export interface GivenCommand {
  readonly command: CommandName;
  /** Where the command's fields are not those of the request. */
  toInput?(
    input: CommandFields,
    call: { readonly caller: Caller; readonly request: any }, // any: the request of this method
  ): CommandFields;
  /** Who gives it, when that is not whoever has signed in. */
  caller?(request: any, context: ApiContext): Promise<Caller>; // any: as above
}

/** The commands of a service, by method. */
export type GivenCommands<TMethod extends string> = {
  readonly [P in TMethod]: GivenCommand;
};

/** Commands whose methods have their names and their fields. */
export function sameCommands<const TName extends CommandName>(
  ...names: readonly TName[]
): GivenCommands<TName> {
  return Object.fromEntries(
    names.map(command => [command, { command }]),
  ) as unknown as GivenCommands<TName>;
}

/** The handlers of a service's commands. */
export function commandHandlers<
  TService extends DescService,
  TMethod extends string & keyof TService['method'],
>(
  api: IamApi,
  service: TService,
  commands: GivenCommands<TMethod>,
): Pick<ServiceHandlers<TService>, TMethod> {
  const handlers = Object.entries<GivenCommand>(commands).map(
    ([name, given]) => [name, handlerOf(api, service.method[name]!, given)],
  );
  return Object.fromEntries(handlers);
}

function handlerOf(
  api: IamApi,
  { input: desc, output }: DescMethod,
  given: GivenCommand,
) {
  const toAnswer = ANSWERS[output.typeName];
  if (!toAnswer) {
    throw new Error(`${output.typeName} is no answer of a command`);
  }
  return async (request: Message, context: ApiContext): Promise<Message> => {
    const caller = await (given.caller?.(request, context) ??
      api.callerOf(context));
    return toAnswer(
      await giveCommand(api, given.command, {
        desc,
        request,
        context,
        caller,
        toInput: input => given.toInput?.(input, { caller, request }) ?? input,
      }),
    );
  };
}
