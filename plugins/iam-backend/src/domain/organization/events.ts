import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  organizationAdded,
  organizationDeactivated,
  organizationDomainAdded,
  organizationDomainChallenged,
  organizationDomainCheckFailed,
  organizationDomainRemoved,
  organizationDomainVerified,
  organizationMetadataRemoved,
  organizationMetadataSet,
  organizationPrimaryDomainChanged,
  organizationReactivated,
  organizationRemovalStarted,
  organizationRemoved,
  organizationRenamed,
  organizationSlugChanged,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

export const organizationRemovalStageCompleted = defineEvent({
  type: 'iam.organization.removal_stage_completed',
  schema: z.object({ stage: z.string() }),
});

export const organizationEvents = [
  organizationAdded,
  organizationRenamed,
  organizationSlugChanged,
  organizationMetadataSet,
  organizationMetadataRemoved,
  organizationDomainAdded,
  organizationDomainChallenged,
  organizationDomainVerified,
  organizationDomainCheckFailed,
  organizationDomainRemoved,
  organizationPrimaryDomainChanged,
  organizationDeactivated,
  organizationReactivated,
  organizationRemovalStarted,
  organizationRemovalStageCompleted,
  organizationRemoved,
] as const;
