import type {
  Actor,
  AggregateId,
  EventContext,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { CommandAnswer } from '@callboard/plugin-eventstore-node';
import type { PrivateKey } from './secrets';
import type { Caller } from '../queries/Authorizer';

/** Who gives a command, from where, and under which id. */
export interface CommandRequest {
  readonly caller: Caller;
  readonly context?: Partial<Omit<EventContext, 'commandId' | 'commandHash'>>;
  /** The same when the caller tries again (`Idempotency-Key`). */
  readonly commandId?: string;
  readonly signal?: AbortSignal;
}

/** What a command came to. */
export interface CommandResult {
  /** What a view must have reached to show the effect. */
  readonly position: Position;
  /** Of what the command made, if it makes something. */
  readonly id?: AggregateId;
  /** Of the key or token the command made. */
  readonly credential?: string;
  /**
   * A secret that was made. It is kept nowhere, so it is here once only: a
   * retry under the same command id does not get it.
   */
  readonly secret?: string;
  /** The private half of a key pair that was made; here once only. */
  readonly privateKey?: PrivateKey;
  /** What a domain has to show, and where. */
  readonly challenge?: DomainChallenge;
  /** How the check of a domain went. */
  readonly check?: 'verified' | 'not_found' | 'other_token' | 'unreachable';
  readonly events: CommandAnswer['events'];
}

/** What has to be published to prove that a domain is one's own. */
export type DomainChallenge =
  | { readonly method: 'dns'; readonly name: string; readonly value: string }
  | { readonly method: 'http'; readonly url: string; readonly content: string };

/** How the log names a caller. */
export function actorOf(caller: Caller, isMachine: boolean): Actor {
  if (caller.kind === 'operator') {
    return caller.actor ?? { kind: 'system', id: 'operator' };
  }
  return { kind: isMachine ? 'machine' : 'user', id: caller.user };
}
