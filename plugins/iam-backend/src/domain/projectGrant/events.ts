import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  projectGrantAdded,
  projectGrantDeactivated,
  projectGrantReactivated,
  projectGrantRemovalStarted,
  projectGrantRemoved,
  projectGrantRolesChanged,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

/** The grants of these withdrawn roles have been cleared. */
export const projectGrantWithdrawalCompleted = defineEvent({
  type: 'iam.project_grant.withdrawal_completed',
  schema: z.object({ roles: z.array(z.string()) }),
});

export const projectGrantEvents = [
  projectGrantAdded,
  projectGrantRolesChanged,
  projectGrantWithdrawalCompleted,
  projectGrantDeactivated,
  projectGrantReactivated,
  projectGrantRemovalStarted,
  projectGrantRemoved,
] as const;
