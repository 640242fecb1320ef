import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema } from '../identifiers';
import { roleConditionSchema } from '../permissions/roleCondition';

const role = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string().optional(),
  permissions: z.array(
    z.object({
      pattern: z.string(),
      conditions: z.array(roleConditionSchema),
    }),
  ),
});

/** @public */
export const projectAdded = defineEvent({
  type: 'iam.project.added',
  schema: z.object({
    organization: organizationIdSchema,
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
  }),
});
/** @public */
export const projectChanged = defineEvent({
  type: 'iam.project.changed',
  schema: z.object({
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
  }),
});
/** @public */
export const projectDeactivated = defineEvent({
  type: 'iam.project.deactivated',
  schema: z.object({}),
});
/** @public */
export const projectReactivated = defineEvent({
  type: 'iam.project.reactivated',
  schema: z.object({}),
});
/** @public */
export const projectRoleAdded = defineEvent({
  type: 'iam.project.role_added',
  schema: role,
});
/** @public */
export const projectRoleChanged = defineEvent({
  type: 'iam.project.role_changed',
  schema: role,
});
/** It cannot be granted any more, while it is found out who has it. @public */
export const projectRoleRemovalStarted = defineEvent({
  type: 'iam.project.role_removal_started',
  schema: z.object({
    key: z.string(),
    /** Take it away from everybody. It carries nothing from here on. */
    withGrants: z.boolean(),
  }),
});
/** It is granted to somebody, and stays. @public */
export const projectRoleRemovalCancelled = defineEvent({
  type: 'iam.project.role_removal_cancelled',
  schema: z.object({ key: z.string() }),
});
/** @public */
export const projectRoleRemoved = defineEvent({
  type: 'iam.project.role_removed',
  schema: z.object({ key: z.string() }),
});
/** From here on its roles carry nothing. @public */
export const projectRemovalStarted = defineEvent({
  type: 'iam.project.removal_started',
  schema: z.object({}),
});
/** @public */
export const projectRemoved = defineEvent({
  type: 'iam.project.removed',
  schema: z.object({}),
});
