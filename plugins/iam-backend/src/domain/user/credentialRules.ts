/** Secrets, keys and tokens: only digests and public keys come in here. */
import {
  digestSchema,
  nameSchema,
  permissionPatternSchema,
  publicKeySchema,
  refusal,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { expiresAtSchema, requireFuture } from '../deadline';
import { rulesFor } from '../defineIamAggregate';
import {
  keyAdded,
  keyRemoved,
  secretRemoved,
  secretSet,
  tokenAdded,
  tokenRevoked,
} from './events';
import { requireMachine, requireUser, type UserState } from './state';

const MAX_KEYS = 20;
const MAX_TOKENS = 100;
const YEAR = 365 * 24 * 60 * 60 * 1000;
const KEY_LASTS = 10 * YEAR;
const TOKEN_LASTS = 2 * YEAR;

/** Chosen by the caller, unique within the user for ever. */
const credentialId = z.uuid();

const rule = rulesFor<UserState>();

export const credentialRules = {
  /** The one before is worth nothing from here on. */
  SetSecret: rule({ digest: digestSchema }, (state, { digest }) => {
    requireMachine(state);
    return [secretSet.of({ digest })];
  }),

  RemoveSecret: rule({}, state => {
    requireMachine(state);
    return state.hasSecret ? [secretRemoved.of({})] : [];
  }),

  AddKey: rule(
    {
      key: credentialId,
      publicKey: publicKeySchema,
      expiresAt: expiresAtSchema,
    },
    (state, input, { now }) => {
      requireMachine(state);
      if (state.usedIds.has(input.key)) {
        throw refusal('iam.user.key_exists', 'key');
      }
      if (state.keys.size >= MAX_KEYS) {
        throw refusal('iam.user.too_many_keys');
      }
      requireFuture(input.expiresAt, now, 'expiresAt', KEY_LASTS);
      return [keyAdded.of(input)];
    },
  ),

  RemoveKey: rule({ key: credentialId }, (state, { key }) => {
    requireMachine(state);
    if (!state.usedIds.has(key)) {
      throw refusal('iam.user.key_not_found', 'key');
    }
    return state.keys.has(key) ? [keyRemoved.of({ key })] : [];
  }),

  AddToken: rule(
    {
      token: credentialId,
      name: nameSchema,
      digest: digestSchema,
      scopes: z.array(permissionPatternSchema).min(1).max(100),
      expiresAt: expiresAtSchema,
    },
    (state, input, { now }) => {
      requireUser(state);
      if (state.usedIds.has(input.token)) {
        throw refusal('iam.user.token_exists', 'token');
      }
      if (state.tokens.size >= MAX_TOKENS) {
        throw refusal('iam.user.too_many_tokens');
      }
      requireFuture(input.expiresAt, now, 'expiresAt', TOKEN_LASTS);
      return [tokenAdded.of(input)];
    },
  ),

  RevokeToken: rule({ token: credentialId }, (state, { token }) => {
    requireUser(state);
    if (!state.usedIds.has(token)) {
      throw refusal('iam.user.token_not_found', 'token');
    }
    return state.tokens.has(token) ? [tokenRevoked.of({ token })] : [];
  }),
};
