import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema, userIdSchema } from '../identifiers';

/** @public */
export const instanceAdded = defineEvent({
  type: 'iam.instance.added',
  schema: z.object({ name: z.string(), language: z.string() }),
});
/** @public */
export const instanceRenamed = defineEvent({
  type: 'iam.instance.renamed',
  schema: z.object({ name: z.string() }),
});
/** @public */
export const instanceDefaultLanguageChanged = defineEvent({
  type: 'iam.instance.default_language_changed',
  schema: z.object({ language: z.string() }),
});
/** @public */
export const instanceDefaultOrganizationChanged = defineEvent({
  type: 'iam.instance.default_organization_changed',
  schema: z.object({ organization: organizationIdSchema }),
});
/** @public */
export const instanceDomainAdded = defineEvent({
  type: 'iam.instance.domain_added',
  schema: z.object({ domain: z.string() }),
});
/** @public */
export const instanceDomainRemoved = defineEvent({
  type: 'iam.instance.domain_removed',
  schema: z.object({ domain: z.string() }),
});
/** @public */
export const instancePrimaryDomainChanged = defineEvent({
  type: 'iam.instance.primary_domain_changed',
  schema: z.object({ domain: z.string() }),
});
/** Set-up is over, for good. @public */
export const instanceSetUp = defineEvent({
  type: 'iam.instance.set_up',
  schema: z.object({
    organization: organizationIdSchema,
    owner: userIdSchema,
    by: z.enum(['link', 'configuration']),
  }),
});
/** @public */
export const instanceLimitsChanged = defineEvent({
  type: 'iam.instance.limits_changed',
  schema: z.object({
    blocked: z.boolean(),
    /** How far back the trail can be read; null: to its beginning. */
    auditDays: z.int().nullable(),
  }),
});
/** @public */
export const instanceRemovalStarted = defineEvent({
  type: 'iam.instance.removal_started',
  schema: z.object({}),
});
/** @public */
export const instanceRemoved = defineEvent({
  type: 'iam.instance.removed',
  schema: z.object({}),
});
