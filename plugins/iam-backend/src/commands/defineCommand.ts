import type { AggregateId } from '@callboard/plugin-eventstore-common';
import type { z } from 'zod';
import type { UnitOfWork } from '../domain/unitOfWork';
import type { Caller } from '../queries/Authorizer';
import type { CommandResult } from './CommandRequest';
import type { CodeDelivery, CommandServices } from './CommandServices';
import type { HandedOut } from './handedOut';
import type { makeSecret, NewSecret } from './secrets';

/** What a decision may use beside the input; the same for every attempt. */
export interface Deciding {
  readonly caller: Caller;
  readonly now: Date;
  /** The id of what is made; it follows from the command id. */
  readonly id: AggregateId;
  /** A UUID that follows from the command id. */
  readonly credential: string;
  /** The secret that is made; one for each command. */
  secret(purpose: Parameters<typeof makeSecret>[0]): NewSecret;
}

/** What a decision adds to the answer, and what is sent once it is stored. */
export interface Outcome
  extends Omit<CommandResult, 'position' | 'events' | 'id'> {
  readonly code?: Omit<
    Parameters<CodeDelivery['deliver']>[0],
    'kind' | 'instance'
  >;
}

/** One thing that a person can do. Who may is in `commandPermissions`. */
export interface CommandDefinition<
  TInput extends z.ZodType = z.ZodType,
  TPrepared = any, // any: definitions of all kinds fit into one table
> {
  readonly input: TInput;
  /** The type of the aggregate that it makes. */
  readonly creates?: string;
  /** Looks outside, once, after it was allowed and before it is decided. */
  prepare?(
    input: z.output<TInput>,
    services: CommandServices,
    caller: Caller,
  ): Promise<TPrepared>;
  /** What somebody gets by it, which the caller has to hold as well. */
  handsOut?(
    input: z.output<TInput>,
    caller: Caller,
  ): UnitOfWork<readonly HandedOut[]>;
  decide(
    input: z.output<TInput>,
    deciding: Deciding,
    prepared: TPrepared,
  ): UnitOfWork<Outcome | void>;
  /** After it was stored; not for a retry that finds it stored. */
  afterwards?(
    input: z.output<TInput>,
    outcome: Outcome,
    services: CommandServices,
    caller: Caller,
  ): Promise<void>;
}

/** Infers the types of a definition. */
export function defineCommand<TInput extends z.ZodType, TPrepared = undefined>(
  definition: CommandDefinition<TInput, TPrepared>,
): CommandDefinition<TInput, TPrepared> {
  return definition;
}
