/** Who a user is and how to reach them. */
import {
  avatarChanged,
  avatarRemoved,
  descriptionSchema,
  digestSchema,
  emailAddressSchema,
  emailChanged,
  emailVerified,
  humanAdded,
  languageSchema,
  machineAdded,
  machineChanged,
  metadataKeySchema,
  metadataValueSchema,
  organizationIdSchema,
  personNameSchema,
  phoneChanged,
  phoneNumberSchema,
  phoneRemoved,
  phoneVerified,
  profileChanged,
  refusal,
  userActivated,
  userMetadataRemoved,
  userMetadataSet,
  usernameChanged,
  usernameSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { expiresAtSchema, hasEnded, requireFuture } from '../deadline';
import { rulesFor } from '../defineIamAggregate';
import { requireRoom } from '../metadata';
import { emailCodeIssued, phoneCodeIssued } from './events';
import {
  requireHuman,
  requireMachine,
  requireUser,
  type IssuedCode,
  type UserState,
} from './state';

const CODE_LASTS = 30 * 24 * 60 * 60 * 1000;

const rule = rulesFor<UserState>();

const profile = {
  givenName: personNameSchema,
  familyName: personNameSchema,
  displayName: personNameSchema,
  language: languageSchema.optional(),
};
const machine = {
  name: personNameSchema,
  description: descriptionSchema.optional(),
};

/** How an address was proved to be the user's. */
const proof = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('code'), digest: digestSchema }),
  z.strictObject({ by: z.literal('administrator') }),
  z.strictObject({ by: z.literal('provider') }),
]);

/**
 * @throws CommandRejectedError when it is not the code that was sent last
 */
export function requireCode(
  issued: IssuedCode | undefined,
  digest: string,
  now: Date,
  field: string,
): void {
  if (issued?.digest !== digest) {
    throw refusal('iam.user.code_wrong', field);
  }
  if (hasEnded(issued.expiresAt, now)) {
    throw refusal('iam.user.code_expired', field);
  }
}

function same(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].every(key => before[key] === after[key]);
}

export const profileRules = {
  /** Part of `addUser`. */
  AddHuman: rule(
    {
      organization: organizationIdSchema,
      username: usernameSchema,
      ...profile,
      email: emailAddressSchema,
    },
    (state, input) => {
      if (state.status !== 'none') {
        throw refusal('iam.user.exists');
      }
      return [humanAdded.of(input)];
    },
  ),

  /** Part of `addUser`. A machine needs no invitation. */
  AddMachine: rule(
    {
      organization: organizationIdSchema,
      username: usernameSchema,
      ...machine,
    },
    (state, input) => {
      if (state.status !== 'none') {
        throw refusal('iam.user.exists');
      }
      return [machineAdded.of(input), userActivated.of({})];
    },
  ),

  ChangeUsername: rule({ username: usernameSchema }, (state, { username }) => {
    requireUser(state);
    return username === state.username
      ? []
      : [usernameChanged.of({ username })];
  }),

  ChangeProfile: rule(profile, (state, input) => {
    requireHuman(state);
    return same(state.profile, input) ? [] : [profileChanged.of(input)];
  }),

  ChangeMachine: rule(machine, (state, input) => {
    requireMachine(state);
    return same(state.profile, input) ? [] : [machineChanged.of(input)];
  }),

  ChangeEmail: rule({ email: emailAddressSchema }, (state, { email }) => {
    requireHuman(state);
    return email === state.email?.value ? [] : [emailChanged.of({ email })];
  }),

  IssueEmailCode: rule(
    { digest: digestSchema, expiresAt: expiresAtSchema },
    (state, input, { now }) => {
      requireHuman(state);
      requireFuture(input.expiresAt, now, 'expiresAt', CODE_LASTS);
      return [emailCodeIssued.of(input)];
    },
  ),

  VerifyEmail: rule({ proof }, (state, input, { now }) => {
    requireHuman(state);
    if (state.email?.verified) {
      return [];
    }
    if (input.proof.by === 'code') {
      requireCode(state.email?.code, input.proof.digest, now, 'proof.digest');
    }
    return [emailVerified.of({ by: input.proof.by })];
  }),

  ChangePhone: rule({ phone: phoneNumberSchema }, (state, { phone }) => {
    requireHuman(state);
    return phone === state.phone?.value ? [] : [phoneChanged.of({ phone })];
  }),

  IssuePhoneCode: rule(
    { digest: digestSchema, expiresAt: expiresAtSchema },
    (state, input, { now }) => {
      requireHuman(state);
      if (!state.phone) {
        throw refusal('iam.user.no_phone');
      }
      requireFuture(input.expiresAt, now, 'expiresAt', CODE_LASTS);
      return [phoneCodeIssued.of(input)];
    },
  ),

  VerifyPhone: rule({ proof }, (state, input, { now }) => {
    requireHuman(state);
    if (!state.phone) {
      throw refusal('iam.user.no_phone');
    }
    if (state.phone.verified) {
      return [];
    }
    if (input.proof.by === 'code') {
      requireCode(state.phone.code, input.proof.digest, now, 'proof.digest');
    }
    return [phoneVerified.of({ by: input.proof.by })];
  }),

  RemovePhone: rule({}, state => {
    requireHuman(state);
    return state.phone ? [phoneRemoved.of({})] : [];
  }),

  SetMetadata: rule(
    { key: metadataKeySchema, value: metadataValueSchema },
    (state, { key, value }) => {
      requireUser(state);
      requireRoom(state.metadata, key, 'iam.user.too_much_metadata');
      return state.metadata[key] === value
        ? []
        : [userMetadataSet.of({ key, value })];
    },
  ),

  RemoveMetadata: rule({ key: metadataKeySchema }, (state, { key }) => {
    requireUser(state);
    return Object.hasOwn(state.metadata, key)
      ? [userMetadataRemoved.of({ key })]
      : [];
  }),

  ChangeAvatar: rule({ image: digestSchema }, (state, { image }) => {
    requireUser(state);
    return image === state.avatar ? [] : [avatarChanged.of({ image })];
  }),

  RemoveAvatar: rule({}, state => {
    requireUser(state);
    return state.avatar === undefined ? [] : [avatarRemoved.of({})];
  }),
};
