/** Administrator roles that an instance or organization defines for itself. */
import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema } from '../identifiers';

const level = z.enum(['instance', 'organization', 'project']);

/** @public */
export const administratorRoleAdded = defineEvent({
  type: 'iam.administrator_role.added',
  schema: z.object({
    /** Whose it is; the instance's when left out. */
    organization: organizationIdSchema.optional(),
    key: z.string(),
    level,
    name: z.string(),
    description: z.string().optional(),
    permissions: z.array(z.string()),
  }),
});
/** @public */
export const administratorRoleChanged = defineEvent({
  type: 'iam.administrator_role.changed',
  schema: z.object({
    name: z.string(),
    description: z.string().optional(),
    permissions: z.array(z.string()),
  }),
});
/** It cannot be assigned any more, while it is found out who has it. @public */
export const administratorRoleRemovalStarted = defineEvent({
  type: 'iam.administrator_role.removal_started',
  schema: z.object({ withAssignments: z.boolean() }),
});
/** It is assigned to somebody, and stays. @public */
export const administratorRoleRemovalCancelled = defineEvent({
  type: 'iam.administrator_role.removal_cancelled',
  schema: z.object({}),
});
/** @public */
export const administratorRoleRemoved = defineEvent({
  type: 'iam.administrator_role.removed',
  schema: z.object({}),
});
