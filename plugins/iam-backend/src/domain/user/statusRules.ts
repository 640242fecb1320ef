/**
 * The life of a user.
 *
 * A person starts as `initial`, may be `invited` (any number of times; the
 * newest code counts) and becomes `active` by accepting, or by an
 * administrator's word once the e-mail address is verified. `active ⇄ locked`,
 * `active | locked → inactive → active`. From everywhere `→ removed → erased`.
 *
 * These rules are run by `changeUser`, which tells what the user administers.
 */
import {
  digestSchema,
  emailVerified,
  refusal,
  userActivated,
  userDeactivated,
  userErased,
  userLocked,
  userReactivated,
  userRemoved,
  userUnlocked,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { expiresAtSchema, requireFuture } from '../deadline';
import { rulesFor } from '../defineIamAggregate';
import { userInvited } from './events';
import { requireCode } from './profileRules';
import { requireHuman, requireUser, type UserState } from './state';

const INVITATION_LASTS = 30 * 24 * 60 * 60 * 1000;

const rule = rulesFor<UserState>();

function requirePending(state: UserState): void {
  requireHuman(state);
  if (state.status !== 'initial' && state.status !== 'invited') {
    throw refusal('iam.user.not_pending');
  }
}

export const statusRules = {
  Invite: rule(
    { digest: digestSchema, expiresAt: expiresAtSchema },
    (state, input, { now }) => {
      requirePending(state);
      requireFuture(input.expiresAt, now, 'expiresAt', INVITATION_LASTS);
      return [userInvited.of(input)];
    },
  ),

  /** The code came by mail, so it also proves the address. */
  AcceptInvitation: rule({ digest: digestSchema }, (state, input, { now }) => {
    requireHuman(state);
    if (state.status !== 'invited') {
      throw refusal('iam.user.not_invited');
    }
    requireCode(state.invitation, input.digest, now, 'digest');
    return [
      ...(state.email?.verified ? [] : [emailVerified.of({ by: 'code' })]),
      userActivated.of({}),
    ];
  }),

  Activate: rule({}, state => {
    requireHuman(state);
    if (state.status === 'active') {
      return [];
    }
    requirePending(state);
    if (!state.email?.verified) {
      throw refusal('iam.user.email_unverified');
    }
    return [userActivated.of({})];
  }),

  Lock: rule(
    {
      reason: z.enum(['administrator', 'failed_checks']),
      until: expiresAtSchema.optional(),
    },
    (state, input, { now }) => {
      requireUser(state);
      if (state.status === 'locked') {
        return [];
      }
      if (state.status !== 'active') {
        throw refusal('iam.user.not_active');
      }
      requireFuture(input.until, now, 'until');
      return [userLocked.of(input)];
    },
  ),

  Unlock: rule({}, state => {
    requireUser(state);
    if (state.status === 'active') {
      return [];
    }
    if (state.status !== 'locked') {
      throw refusal('iam.user.not_locked');
    }
    return [userUnlocked.of({})];
  }),

  Deactivate: rule({}, state => {
    requireUser(state);
    if (state.status === 'inactive') {
      return [];
    }
    if (state.status !== 'active' && state.status !== 'locked') {
      throw refusal('iam.user.not_active');
    }
    return [userDeactivated.of({})];
  }),

  Reactivate: rule({}, state => {
    requireUser(state);
    if (state.status === 'active') {
      return [];
    }
    if (state.status !== 'inactive') {
      throw refusal('iam.user.not_inactive');
    }
    return [userReactivated.of({})];
  }),

  Remove: rule({}, state => {
    if (state.status === 'removed' || state.status === 'erased') {
      return [];
    }
    requireUser(state);
    return [userRemoved.of({ organization: state.organization! })];
  }),

  /** Of somebody who is still there: removes them as well. */
  Erase: rule({}, state => {
    if (state.status === 'erased') {
      return [];
    }
    if (state.status === 'none') {
      throw refusal('iam.user.not_found');
    }
    const organization = state.organization!;
    return [
      ...(state.status === 'removed' ? [] : [userRemoved.of({ organization })]),
      userErased.of({ organization }),
    ];
  }),
};
