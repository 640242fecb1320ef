import type { InstanceId, Position } from '@callboard/plugin-eventstore-common';
import type { ApiContext } from '@callboard/api-node';
import type { DescMessage, Message } from '@bufbuild/protobuf';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { ApiError } from '@callboard/api-client';
import type { AsOf } from '@callboard/plugin-iam-common/api';
import type { CommandResult } from '../commands/CommandRequest';
import type { CommandName } from '../commands/commandPermissions';
import type { IamCommands } from '../commands/IamCommands';
import type { Caller } from '../queries/Authorizer';
import type { IamQueries } from '../queries/IamQueries';
import type { ReadOptions } from '../queries/paging/Page';
import type { Sources } from '../asCode/Sources';
import type { CredentialUses } from '../bearer/CredentialUses';
import type { UserImports } from '../import/UserImports';
import type { ObjectHistory } from '../history/ObjectHistory';
import { toCommandInput } from './commandInput';

/** Of a command's input, by name. */
export type CommandFields = Readonly<Record<string, unknown>>;

/** What the API's handlers call. */
export interface IamApi {
  readonly commands: IamCommands;
  readonly queries: IamQueries;
  readonly history: ObjectHistory;
  readonly imports: UserImports;
  readonly sources: Sources;
  readonly uses: CredentialUses;
  /**
   * Who calls, as IAM knows them.
   *
   * @throws ApiError, or an error of Backstage, when IAM does not know them
   */
  callerOf(context: ApiContext): Promise<Caller>;
  /** Of a call that nobody has signed in for: by the host that it came to. */
  instanceOf(context: ApiContext): Promise<InstanceId>;
}

/** Somebody with an account, which the portal's operator has none of. */
export type UserCaller = Extract<Caller, { kind: 'user' }>;

/**
 * @throws ApiError when the caller has no account
 */
export async function userCallerOf(
  api: IamApi,
  context: ApiContext,
): Promise<UserCaller> {
  const caller = await api.callerOf(context);
  if (caller.kind !== 'user') {
    throw new ApiError('The caller has no account', {
      code: 'IAM_USER_NOT_FOUND',
      status: 'FAILED_PRECONDITION',
    });
  }
  return caller;
}

/** Runs a command with a request's fields. */
export async function giveCommand(
  api: IamApi,
  name: CommandName,
  call: {
    readonly desc: DescMessage;
    readonly request: Message;
    readonly context: ApiContext;
    readonly caller: Caller;
    /** Where the command's fields are not those of the request. */
    toInput?(input: CommandFields): CommandFields;
  },
): Promise<CommandResult> {
  const { context } = call;
  const give = api.commands[name] as (
    request: Parameters<IamCommands[CommandName]>[0],
    input: unknown,
  ) => Promise<CommandResult>;
  const { commandId: _id, ...origin } = context.eventContext;
  const input = toCommandInput(call.desc, call.request);
  const result = await give(
    {
      caller: call.caller,
      context: origin,
      commandId: context.commandId,
      signal: context.signal,
    },
    call.toInput?.(input) ?? input,
  );
  context.setPosition(result.position);
  return result;
}

/** When a question is about, and until when it is to be answered. */
export function readOptions(
  { asOf }: { readonly asOf?: AsOf },
  { signal }: ApiContext,
): ReadOptions {
  return { asOf: momentOf(asOf), signal };
}

/** Of a page: which part, in which order, and whether to count all. */
export function pageOptions(
  request: {
    readonly asOf?: AsOf;
    readonly pageSize: number;
    readonly pageToken: string;
    readonly total: boolean;
  },
  context: ApiContext,
) {
  return {
    ...readOptions(request, context),
    limit: request.pageSize || undefined,
    cursor: request.pageToken || undefined,
    total: request.total,
  };
}

function momentOf(asOf: AsOf | undefined): Position | Date | undefined {
  switch (asOf?.moment.case) {
    case 'position':
      return Number(asOf.moment.value) as Position;
    case 'time':
      return timestampDate(asOf.moment.value as Timestamp);
    default:
      return undefined;
  }
}

/** What is not there, or not for the caller to see. */
export function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) {
    throw new ApiError(`There is no such ${what}`, {
      code: `IAM_${what.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`,
      status: 'NOT_FOUND',
    });
  }
  return thing;
}
