import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  projectAdded,
  projectChanged,
  projectDeactivated,
  projectReactivated,
  projectRemovalStarted,
  projectRemoved,
  projectRoleAdded,
  projectRoleChanged,
  projectRoleRemovalCancelled,
  projectRoleRemovalStarted,
  projectRoleRemoved,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

export const projectRemovalStageCompleted = defineEvent({
  type: 'iam.project.removal_stage_completed',
  schema: z.object({ stage: z.string() }),
});

export const projectEvents = [
  projectAdded,
  projectChanged,
  projectDeactivated,
  projectReactivated,
  projectRoleAdded,
  projectRoleChanged,
  projectRoleRemovalStarted,
  projectRoleRemovalCancelled,
  projectRoleRemoved,
  projectRemovalStarted,
  projectRemovalStageCompleted,
  projectRemoved,
] as const;
