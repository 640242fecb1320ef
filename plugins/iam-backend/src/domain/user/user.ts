/** A person or a machine. */
import { loginNameClaim } from '../claims';
import { defineIamAggregate } from '../defineIamAggregate';
import type { HeldClaim } from '../heldClaims';
import { withEntry, withoutEntry } from '../metadata';
import { credentialRules } from './credentialRules';
import { userEvents } from './events';
import { profileRules } from './profileRules';
import type { UserState } from './state';
import { statusRules } from './statusRules';

function withId(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids, id]);
}

function withoutId(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter(each => each !== id));
}

const initial = (): UserState => ({
  status: 'none' as const,
  type: 'human',
  username: '',
  profile: {},
  metadata: {},
  hasSecret: false,
  keys: new Set(),
  tokens: new Set(),
  usedIds: new Set(),
});

/** Everything but who it was and where; nothing works any more. */
function gone(state: UserState, status: 'removed' | 'erased'): UserState {
  return {
    ...initial(),
    status,
    type: state.type,
    organization: state.organization,
  };
}

/** Both are signed in with. Erased ones belong to users who are gone. */
function loginNames(state: UserState): HeldClaim[] {
  return [state.username, state.email?.value]
    .filter(value => typeof value === 'string' && value !== '')
    .map(value => ({ definition: loginNameClaim, value: value as string }));
}

export const userAggregate = defineIamAggregate({
  type: 'iam.user',
  events: userEvents,
  initial,
  evolve: {
    'iam.user.human_added': (state, { payload }) => {
      const { organization, username, email, ...profile } = payload;
      return {
        ...state,
        status: 'initial' as const,
        type: 'human' as const,
        organization,
        username,
        profile,
        email: { value: email, verified: false },
      };
    },
    'iam.user.machine_added': (state, { payload }) => {
      const { organization, username, ...profile } = payload;
      return {
        ...state,
        status: 'initial' as const,
        type: 'machine' as const,
        organization,
        username,
        profile,
      };
    },
    'iam.user.invited': (state, { payload }) => ({
      ...state,
      status: 'invited' as const,
      invitation: payload,
    }),
    'iam.user.activated': state => ({
      ...state,
      status: 'active' as const,
      invitation: undefined,
    }),
    'iam.user.username_changed': (state, { payload }) => ({
      ...state,
      username: payload.username,
    }),
    'iam.user.profile_changed': (state, { payload }) => ({
      ...state,
      profile: payload,
    }),
    'iam.user.machine_changed': (state, { payload }) => ({
      ...state,
      profile: payload,
    }),
    // An invitation proves the address it went to, not the new one.
    'iam.user.email_changed': (state, { payload }) => ({
      ...state,
      email: { value: payload.email, verified: false },
      invitation: undefined,
    }),
    'iam.user.email_code_issued': (state, { payload }) => ({
      ...state,
      email: state.email && { ...state.email, code: payload },
    }),
    'iam.user.email_verified': state => ({
      ...state,
      email: state.email && { value: state.email.value, verified: true },
    }),
    'iam.user.phone_changed': (state, { payload }) => ({
      ...state,
      phone: { value: payload.phone, verified: false },
    }),
    'iam.user.phone_code_issued': (state, { payload }) => ({
      ...state,
      phone: state.phone && { ...state.phone, code: payload },
    }),
    'iam.user.phone_verified': state => ({
      ...state,
      phone: state.phone && { value: state.phone.value, verified: true },
    }),
    'iam.user.phone_removed': state => ({ ...state, phone: undefined }),
    'iam.user.metadata_set': (state, { payload }) => ({
      ...state,
      metadata: withEntry(state.metadata, payload.key, payload.value),
    }),
    'iam.user.metadata_removed': (state, { payload }) => ({
      ...state,
      metadata: withoutEntry(state.metadata, payload.key),
    }),
    'iam.user.avatar_changed': (state, { payload }) => ({
      ...state,
      avatar: payload.image,
    }),
    'iam.user.avatar_removed': state => ({ ...state, avatar: undefined }),
    'iam.user.secret_set': (state, { payload }) => ({
      ...state,
      hasSecret: true,
      secret: payload.digest,
    }),
    'iam.user.secret_removed': state => ({
      ...state,
      hasSecret: false,
      secret: undefined,
    }),
    'iam.user.key_added': (state, { payload }) => ({
      ...state,
      keys: withId(state.keys, payload.key),
      usedIds: withId(state.usedIds, payload.key),
    }),
    'iam.user.key_removed': (state, { payload }) => ({
      ...state,
      keys: withoutId(state.keys, payload.key),
    }),
    'iam.user.token_added': (state, { payload }) => ({
      ...state,
      tokens: withId(state.tokens, payload.token),
      usedIds: withId(state.usedIds, payload.token),
    }),
    'iam.user.token_revoked': (state, { payload }) => ({
      ...state,
      tokens: withoutId(state.tokens, payload.token),
    }),
    'iam.user.deactivated': state => ({
      ...state,
      status: 'inactive' as const,
    }),
    'iam.user.reactivated': state => ({ ...state, status: 'active' as const }),
    'iam.user.locked': state => ({ ...state, status: 'locked' as const }),
    'iam.user.unlocked': state => ({ ...state, status: 'active' as const }),
    'iam.user.removed': state => gone(state, 'removed'),
    'iam.user.erased': state => gone(state, 'erased'),
  },
  rules: { ...profileRules, ...statusRules, ...credentialRules },
  claims: loginNames,
});
