import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema } from '../identifiers';

/** @public */
export const organizationAdded = defineEvent({
  type: 'iam.organization.added',
  schema: z.object({ name: z.string(), slug: z.string() }),
});
/** @public */
export const organizationRenamed = defineEvent({
  type: 'iam.organization.renamed',
  schema: z.object({ name: z.string() }),
});
/** @public */
export const organizationSlugChanged = defineEvent({
  type: 'iam.organization.slug_changed',
  schema: z.object({ slug: z.string() }),
});
/** @public */
export const organizationMetadataSet = defineEvent({
  type: 'iam.organization.metadata_set',
  schema: z.object({ key: z.string(), value: z.string() }),
});
/** @public */
export const organizationMetadataRemoved = defineEvent({
  type: 'iam.organization.metadata_removed',
  schema: z.object({ key: z.string() }),
});
/** @public */
export const organizationDomainAdded = defineEvent({
  type: 'iam.organization.domain_added',
  schema: z.object({ domain: z.string() }),
});
/**
 * A proof was asked for: the token is to be published under the domain. It is
 * no secret.
 *
 * @public
 */
export const organizationDomainChallenged = defineEvent({
  type: 'iam.organization.domain_challenged',
  schema: z.object({
    domain: z.string(),
    method: z.enum(['dns', 'http']),
    token: z.string(),
    expiresAt: z.string(),
  }),
});
/** @public */
export const organizationDomainVerified = defineEvent({
  type: 'iam.organization.domain_verified',
  schema: z.object({
    domain: z.string(),
    /** `transfer`: it was another organization's; `waived`: by policy. */
    method: z.enum(['dns', 'http', 'transfer', 'waived']),
  }),
});
/** @public */
export const organizationDomainCheckFailed = defineEvent({
  type: 'iam.organization.domain_check_failed',
  schema: z.object({
    domain: z.string(),
    /** What was found instead. */
    reason: z.enum(['not_found', 'other_token', 'unreachable']),
  }),
});
/** @public */
export const organizationDomainRemoved = defineEvent({
  type: 'iam.organization.domain_removed',
  schema: z.object({
    domain: z.string(),
    transferredTo: organizationIdSchema.optional(),
  }),
});
/** @public */
export const organizationPrimaryDomainChanged = defineEvent({
  type: 'iam.organization.primary_domain_changed',
  schema: z.object({ domain: z.string() }),
});
/** @public */
export const organizationDeactivated = defineEvent({
  type: 'iam.organization.deactivated',
  schema: z.object({}),
});
/** @public */
export const organizationReactivated = defineEvent({
  type: 'iam.organization.reactivated',
  schema: z.object({}),
});
/** From here on nothing in it works and nothing is added to it. @public */
export const organizationRemovalStarted = defineEvent({
  type: 'iam.organization.removal_started',
  schema: z.object({}),
});
/** It and all it held are gone; its names are free. @public */
export const organizationRemoved = defineEvent({
  type: 'iam.organization.removed',
  schema: z.object({}),
});
