import type { Erased } from '@callboard/plugin-eventstore-common';
import { refusal, type OrganizationId } from '@callboard/plugin-iam-common';
import type { Metadata } from '../metadata';

/** Of a person's data: what it says, until it is erased. */
type Personal = string | Erased;

/** A code that was sent, by its digest. */
export interface IssuedCode {
  readonly digest: string;
  readonly expiresAt: string;
}

export interface Address {
  readonly value: Personal;
  readonly verified: boolean;
  readonly code?: IssuedCode;
}

/**
 * - `initial`: a person who has not been invited, or has not signed up fully.
 * - `invited`: a person with an open invitation.
 * - `active`, `inactive` (put aside by an administrator), `locked` (by an
 *   administrator or failed checks).
 * - `removed`: gone for good. `erased`: and unreadable.
 */
type UserStatus =
  | 'none'
  | 'initial'
  | 'invited'
  | 'active'
  | 'inactive'
  | 'locked'
  | 'removed'
  | 'erased';

export interface UserState {
  readonly status: UserStatus;
  readonly type: 'human' | 'machine';
  readonly organization?: OrganizationId;
  readonly username: Personal;
  readonly profile: Readonly<Record<string, unknown>>;
  readonly email?: Address;
  readonly phone?: Address;
  readonly invitation?: IssuedCode;
  readonly metadata: Metadata;
  /** The digest of their picture. */
  readonly avatar?: Personal;
  readonly hasSecret: boolean;
  /** The digest of a machine's client secret. */
  readonly secret?: string;
  readonly keys: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
  /** Used before; an id stands for one key or token for ever. */
  readonly usedIds: ReadonlySet<string>;
}

export function isGone(state: UserState): boolean {
  return state.status === 'removed' || state.status === 'erased';
}

/** @throws CommandRejectedError unless the user is there */
export function requireUser(state: UserState, field?: string): void {
  if (state.status === 'none') {
    throw refusal('iam.user.not_found', field);
  }
  if (isGone(state)) {
    throw refusal('iam.user.gone', field);
  }
}

export function requireHuman(state: UserState): void {
  requireUser(state);
  if (state.type !== 'human') {
    throw refusal('iam.user.not_human');
  }
}

export function requireMachine(state: UserState): void {
  requireUser(state);
  if (state.type !== 'machine') {
    throw refusal('iam.user.not_machine');
  }
}
