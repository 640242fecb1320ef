/** Fields that many commands have. */
import {
  descriptionSchema,
  groupIdSchema,
  metadataKeySchema,
  metadataValueSchema,
  nameSchema,
  organizationIdSchema,
  projectIdSchema,
  slugSchema,
  userIdSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

/**
 * The version the caller has seen of what it changes; refused as
 * `iam.version.stale` when it has another by now.
 */
export const version = z.int().min(1).optional();

export const ofOrganization = { organization: organizationIdSchema, version };
export const ofUser = { user: userIdSchema, version };
export const ofGroup = { group: groupIdSchema, version };
export const ofProject = { project: projectIdSchema, version };

/** What groups and projects are called. */
export const content = {
  name: nameSchema,
  slug: slugSchema,
  description: descriptionSchema.optional(),
};

export const metadataEntry = {
  key: metadataKeySchema,
  value: metadataValueSchema,
};
export const metadataKey = { key: metadataKeySchema };

/** Milliseconds of so many days. */
export const days = (count: number) => count * 24 * 60 * 60 * 1000;

/** A moment some time after another, as ISO 8601. */
export const after = (now: Date, ms: number) =>
  new Date(now.getTime() + ms).toISOString();
