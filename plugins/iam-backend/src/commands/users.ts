/** People and machines: who they are and how they are. */
import {
  descriptionSchema,
  digestSchema,
  emailAddressSchema,
  languageSchema,
  organizationIdSchema,
  personNameSchema,
  phoneNumberSchema,
  timestampSchema,
  usernameSchema,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { UnitOfWork } from '../domain/unitOfWork';
import { addHuman, addMachine } from '../domain/user/addUser';
import { changeUser } from '../domain/user/changeUser';
import type { Caller } from '../queries/Authorizer';
import { defineCommand } from './defineCommand';
import { metadataEntry, metadataKey, ofUser } from './fields';
import type { HandedOut } from './handedOut';
import { holdingsOf } from './holdings';

const profile = {
  givenName: personNameSchema,
  familyName: personNameSchema,
  displayName: personNameSchema,
  language: languageSchema.optional(),
};
export const human = {
  organization: organizationIdSchema,
  username: usernameSchema,
  ...profile,
  email: emailAddressSchema,
};
const machine = {
  organization: organizationIdSchema,
  username: usernameSchema,
  name: personNameSchema,
  description: descriptionSchema.optional(),
};
const {
  organization: _organization,
  username: _username,
  ...machineContent
} = machine;

const justUser = z.strictObject(ofUser);

/**
 * Whoever can get hold of a user's account can do what that user can do; so
 * one has to hold all of it, unless it is oneself.
 */
export function* holdingsOfOther(
  { user }: { readonly user: UserId },
  caller: Caller,
): UnitOfWork<readonly HandedOut[]> {
  return caller.kind === 'user' && caller.user === user
    ? []
    : yield* holdingsOf(user, 'user');
}

export const userCommands = {
  /** They cannot sign in before they were invited or activated. */
  createHuman: defineCommand({
    creates: 'iam.user',
    input: z.strictObject(human),
    decide: (input, { id }) => addHuman({ user: id, ...input }),
  }),

  createMachine: defineCommand({
    creates: 'iam.user',
    input: z.strictObject(machine),
    decide: (input, { id }) => addMachine({ user: id, ...input }),
  }),

  changeUsername: defineCommand({
    input: z.strictObject({ ...ofUser, username: usernameSchema }),
    handsOut: holdingsOfOther,
    decide: ({ user, username }) =>
      changeUser({ kind: 'ChangeUsername', user, username }),
  }),

  changeProfile: defineCommand({
    input: z.strictObject({ ...ofUser, ...profile }),
    decide: ({ version: _seen, ...input }) =>
      changeUser({ kind: 'ChangeProfile', ...input }),
  }),

  changeMachine: defineCommand({
    input: z.strictObject({ ...ofUser, ...machineContent }),
    decide: ({ version: _seen, ...input }) =>
      changeUser({ kind: 'ChangeMachine', ...input }),
  }),

  changeEmail: defineCommand({
    input: z.strictObject({ ...ofUser, email: emailAddressSchema }),
    handsOut: holdingsOfOther,
    decide: ({ user, email }) =>
      changeUser({ kind: 'ChangeEmail', user, email }),
  }),

  /** An administrator answers for the address. */
  confirmEmail: defineCommand({
    input: justUser,
    decide: ({ user }) =>
      changeUser({
        kind: 'VerifyEmail',
        user,
        proof: { by: 'administrator' },
      }),
  }),

  changePhone: defineCommand({
    input: z.strictObject({ ...ofUser, phone: phoneNumberSchema }),
    handsOut: holdingsOfOther,
    decide: ({ user, phone }) =>
      changeUser({ kind: 'ChangePhone', user, phone }),
  }),

  confirmPhone: defineCommand({
    input: justUser,
    decide: ({ user }) =>
      changeUser({
        kind: 'VerifyPhone',
        user,
        proof: { by: 'administrator' },
      }),
  }),

  removePhone: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'RemovePhone', user }),
  }),

  setUserMetadata: defineCommand({
    input: z.strictObject({ ...ofUser, ...metadataEntry }),
    decide: ({ user, key, value }) =>
      changeUser({ kind: 'SetMetadata', user, key, value }),
  }),

  removeUserMetadata: defineCommand({
    input: z.strictObject({ ...ofUser, ...metadataKey }),
    decide: ({ user, key }) =>
      changeUser({ kind: 'RemoveMetadata', user, key }),
  }),

  /** To a picture that was stored before (`src/assets`). */
  changeAvatar: defineCommand({
    input: z.strictObject({ ...ofUser, image: digestSchema }),
    decide: ({ user, image }) =>
      changeUser({ kind: 'ChangeAvatar', user, image }),
  }),

  removeAvatar: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'RemoveAvatar', user }),
  }),

  /** Without an invitation, once the e-mail address is verified. */
  activateUser: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'Activate', user }),
  }),

  /** For good, or until a time, at which it ends by itself. */
  lockUser: defineCommand({
    input: z.strictObject({ ...ofUser, until: timestampSchema.optional() }),
    decide: ({ user, until }) =>
      changeUser({ kind: 'Lock', user, until, reason: 'administrator' }),
  }),

  unlockUser: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'Unlock', user }),
  }),

  deactivateUser: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'Deactivate', user }),
  }),

  reactivateUser: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'Reactivate', user }),
  }),

  removeUser: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'Remove', user }),
  }),

  /**
   * Removes the user, too. What was personal becomes unreadable, in the log as
   * well, once the process behind it has destroyed the key.
   */
  eraseUser: defineCommand({
    input: justUser,
    decide: ({ user }) => changeUser({ kind: 'Erase', user }),
  }),
};

/** Of a code that somebody typed in. */
export const code = z
  .string()
  .min(1)
  .max(100)
  .refine(value => /^[A-Za-z0-9_-]*$/.test(value), {
    error: 'has a character that is not allowed',
    params: { code: 'iam.input.alphabet' },
  });
