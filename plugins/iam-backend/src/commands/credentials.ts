/**
 * What users prove themselves with to the APIs. Secrets and tokens are made
 * here and shown once; the log has their digests only.
 */
import {
  coversPattern,
  nameSchema,
  permissionPatternSchema,
  publicKeySchema,
  refusal,
  timestampSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { changeUser } from '../domain/user/changeUser';
import type { Caller } from '../queries/Authorizer';
import { defineCommand } from './defineCommand';
import { ofUser } from './fields';
import { makeKeyPair } from './secrets';
import { holdingsOfOther } from './users';

/** A token makes no token that can do more. */
function requireNarrower(scopes: readonly string[], caller: Caller): void {
  if (caller.kind !== 'user' || caller.tokenScopes === undefined) {
    return;
  }
  const { tokenScopes } = caller;
  const at = scopes.findIndex(
    scope => !tokenScopes.some(own => coversPattern(own, scope)),
  );
  if (at >= 0) {
    throw refusal('iam.permission.escalation', `scopes.${at}`);
  }
}

export const credentialCommands = {
  /** Of a machine; the one before it is worth nothing from here on. */
  createSecret: defineCommand({
    input: z.strictObject(ofUser),
    handsOut: holdingsOfOther,
    *decide({ user }, { secret }) {
      const { value, digest } = secret('clientSecret');
      yield* changeUser({ kind: 'SetSecret', user, digest });
      return { secret: value };
    },
  }),

  removeSecret: defineCommand({
    input: z.strictObject(ofUser),
    decide: ({ user }) => changeUser({ kind: 'RemoveSecret', user }),
  }),

  /** Adds the public half of a pair that was made elsewhere. */
  addKey: defineCommand({
    input: z.strictObject({
      ...ofUser,
      publicKey: publicKeySchema,
      expiresAt: timestampSchema,
    }),
    handsOut: holdingsOfOther,
    *decide({ user, publicKey, expiresAt }, { credential }) {
      yield* changeUser({
        kind: 'AddKey',
        user,
        key: credential,
        publicKey,
        expiresAt,
      });
      return { credential };
    },
  }),

  /** Makes a pair, and answers with its private half. */
  createKey: defineCommand({
    input: z.strictObject({ ...ofUser, expiresAt: timestampSchema }),
    handsOut: holdingsOfOther,
    prepare: async () => makeKeyPair(),
    *decide({ user, expiresAt }, { credential }, pair) {
      yield* changeUser({
        kind: 'AddKey',
        user,
        key: credential,
        publicKey: pair.publicKey,
        expiresAt,
      });
      return { credential, privateKey: pair.privateKey };
    },
  }),

  removeKey: defineCommand({
    input: z.strictObject({ ...ofUser, key: z.uuid() }),
    decide: ({ user, key }) => changeUser({ kind: 'RemoveKey', user, key }),
  }),

  /** It can do what its scopes and its user's roles both allow. */
  createToken: defineCommand({
    input: z.strictObject({
      ...ofUser,
      name: nameSchema,
      scopes: z.array(permissionPatternSchema).min(1).max(100),
      expiresAt: timestampSchema,
    }),
    *handsOut({ user, scopes }, caller) {
      requireNarrower(scopes, caller);
      return yield* holdingsOfOther({ user }, caller);
    },
    *decide({ user, name, scopes, expiresAt }, { credential, secret }) {
      const { value, digest } = secret('personalAccessToken');
      yield* changeUser({
        kind: 'AddToken',
        user,
        token: credential,
        name,
        digest,
        scopes,
        expiresAt,
      });
      return { credential, secret: value };
    },
  }),

  revokeToken: defineCommand({
    input: z.strictObject({ ...ofUser, token: z.uuid() }),
    decide: ({ user, token }) =>
      changeUser({ kind: 'RevokeToken', user, token }),
  }),
};
