import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  avatarChanged,
  avatarRemoved,
  emailChanged,
  emailVerified,
  humanAdded,
  machineAdded,
  machineChanged,
  phoneChanged,
  phoneRemoved,
  phoneVerified,
  profileChanged,
  publicKeySchema,
  userActivated,
  userDeactivated,
  userErased,
  userLocked,
  userMetadataRemoved,
  userMetadataSet,
  usernameChanged,
  userReactivated,
  userRemoved,
  userUnlocked,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

const code = z.object({ digest: z.string(), expiresAt: z.string() });

/** The code in the newest invitation is the only valid one. */
export const userInvited = defineEvent({
  type: 'iam.user.invited',
  schema: code,
  secret: ['digest'],
});
export const emailCodeIssued = defineEvent({
  type: 'iam.user.email_code_issued',
  schema: code,
  secret: ['digest'],
});
export const phoneCodeIssued = defineEvent({
  type: 'iam.user.phone_code_issued',
  schema: code,
  secret: ['digest'],
});

export const secretSet = defineEvent({
  type: 'iam.user.secret_set',
  schema: z.object({ digest: z.string() }),
  secret: ['digest'],
});
export const secretRemoved = defineEvent({
  type: 'iam.user.secret_removed',
  schema: z.object({}),
});
export const keyAdded = defineEvent({
  type: 'iam.user.key_added',
  schema: z.object({
    key: z.string(),
    publicKey: publicKeySchema,
    expiresAt: z.string(),
  }),
});
export const keyRemoved = defineEvent({
  type: 'iam.user.key_removed',
  schema: z.object({ key: z.string() }),
});
export const tokenAdded = defineEvent({
  type: 'iam.user.token_added',
  schema: z.object({
    token: z.string(),
    name: z.string(),
    digest: z.string(),
    /** Permission patterns; it can do what these and its user's roles allow. */
    scopes: z.array(z.string()),
    expiresAt: z.string(),
  }),
  secret: ['digest'],
});
export const tokenRevoked = defineEvent({
  type: 'iam.user.token_revoked',
  schema: z.object({ token: z.string() }),
});

export const userEvents = [
  humanAdded,
  machineAdded,
  userInvited,
  userActivated,
  usernameChanged,
  profileChanged,
  machineChanged,
  emailChanged,
  emailCodeIssued,
  emailVerified,
  phoneChanged,
  phoneCodeIssued,
  phoneVerified,
  phoneRemoved,
  userMetadataSet,
  userMetadataRemoved,
  avatarChanged,
  avatarRemoved,
  secretSet,
  secretRemoved,
  keyAdded,
  keyRemoved,
  tokenAdded,
  tokenRevoked,
  userDeactivated,
  userReactivated,
  userLocked,
  userUnlocked,
  userRemoved,
  userErased,
] as const;
