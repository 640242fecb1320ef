import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  instanceAdded,
  instanceDefaultLanguageChanged,
  instanceDefaultOrganizationChanged,
  instanceDomainAdded,
  instanceDomainRemoved,
  instanceLimitsChanged,
  instancePrimaryDomainChanged,
  instanceRemovalStarted,
  instanceRemoved,
  instanceRenamed,
  instanceSetUp,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

/** A one-time link was made; only its newest one is valid. */
export const instanceSetUpOffered = defineEvent({
  type: 'iam.instance.set_up_offered',
  schema: z.object({ digest: z.string(), expiresAt: z.string() }),
  secret: ['digest'],
});

export const instanceRemovalStageCompleted = defineEvent({
  type: 'iam.instance.removal_stage_completed',
  schema: z.object({ stage: z.string() }),
});

export const instanceEvents = [
  instanceAdded,
  instanceRenamed,
  instanceDefaultLanguageChanged,
  instanceDefaultOrganizationChanged,
  instanceDomainAdded,
  instanceDomainRemoved,
  instancePrimaryDomainChanged,
  instanceSetUpOffered,
  instanceSetUp,
  instanceLimitsChanged,
  instanceRemovalStarted,
  instanceRemovalStageCompleted,
  instanceRemoved,
] as const;
