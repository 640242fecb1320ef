import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema } from '../identifiers';

/** @public */
export const humanAdded = defineEvent({
  type: 'iam.user.human_added',
  schema: z.object({
    organization: organizationIdSchema,
    username: z.string(),
    givenName: z.string(),
    familyName: z.string(),
    displayName: z.string(),
    language: z.string().optional(),
    email: z.string(),
  }),
  personal: [
    'username',
    'givenName',
    'familyName',
    'displayName',
    'language',
    'email',
  ],
});
/** @public */
export const machineAdded = defineEvent({
  type: 'iam.user.machine_added',
  schema: z.object({
    organization: organizationIdSchema,
    username: z.string(),
    name: z.string(),
    description: z.string().optional(),
  }),
  // A person who ran a build under their own name may ask for its erasure.
  personal: ['username', 'name', 'description'],
});
/** Can sign in from here on. @public */
export const userActivated = defineEvent({
  type: 'iam.user.activated',
  schema: z.object({}),
});
/** @public */
export const usernameChanged = defineEvent({
  type: 'iam.user.username_changed',
  schema: z.object({ username: z.string() }),
  personal: ['username'],
});
/** @public */
export const profileChanged = defineEvent({
  type: 'iam.user.profile_changed',
  schema: z.object({
    givenName: z.string(),
    familyName: z.string(),
    displayName: z.string(),
    language: z.string().optional(),
  }),
  personal: ['givenName', 'familyName', 'displayName', 'language'],
});
/** @public */
export const machineChanged = defineEvent({
  type: 'iam.user.machine_changed',
  schema: z.object({
    name: z.string(),
    description: z.string().optional(),
  }),
  personal: ['name', 'description'],
});
/** It has to be verified anew. @public */
export const emailChanged = defineEvent({
  type: 'iam.user.email_changed',
  schema: z.object({ email: z.string() }),
  personal: ['email'],
});
/** @public */
export const emailVerified = defineEvent({
  type: 'iam.user.email_verified',
  schema: z.object({
    by: z.enum(['code', 'administrator', 'provider']),
  }),
});
/** It has to be verified anew. @public */
export const phoneChanged = defineEvent({
  type: 'iam.user.phone_changed',
  schema: z.object({ phone: z.string() }),
  personal: ['phone'],
});
/** @public */
export const phoneVerified = defineEvent({
  type: 'iam.user.phone_verified',
  schema: z.object({
    by: z.enum(['code', 'administrator', 'provider']),
  }),
});
/** @public */
export const phoneRemoved = defineEvent({
  type: 'iam.user.phone_removed',
  schema: z.object({}),
});
/** @public */
export const userMetadataSet = defineEvent({
  type: 'iam.user.metadata_set',
  schema: z.object({ key: z.string(), value: z.string() }),
  personal: ['value'],
});
/** @public */
export const userMetadataRemoved = defineEvent({
  type: 'iam.user.metadata_removed',
  schema: z.object({ key: z.string() }),
});
/** A picture of theirs was stored: its SHA-256 in base64url. @public */
export const avatarChanged = defineEvent({
  type: 'iam.user.avatar_changed',
  schema: z.object({ image: z.string() }),
  personal: ['image'],
});
/** @public */
export const avatarRemoved = defineEvent({
  type: 'iam.user.avatar_removed',
  schema: z.object({}),
});
/** @public */
export const userDeactivated = defineEvent({
  type: 'iam.user.deactivated',
  schema: z.object({}),
});
/** @public */
export const userReactivated = defineEvent({
  type: 'iam.user.reactivated',
  schema: z.object({}),
});
/** @public */
export const userLocked = defineEvent({
  type: 'iam.user.locked',
  schema: z.object({
    reason: z.enum(['administrator', 'failed_checks']),
    /** When it ends by itself. */
    until: z.string().optional(),
  }),
});
/** @public */
export const userUnlocked = defineEvent({
  type: 'iam.user.unlocked',
  schema: z.object({}),
});
/** Gone for good; the login names are free. The trail stays readable. @public */
export const userRemoved = defineEvent({
  type: 'iam.user.removed',
  schema: z.object({ organization: organizationIdSchema }),
});
/** The key of the personal data is to be destroyed. @public */
export const userErased = defineEvent({
  type: 'iam.user.erased',
  schema: z.object({ organization: organizationIdSchema }),
});
