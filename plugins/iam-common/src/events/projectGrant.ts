/** Roles of a project, delegated to another organization. */
import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema, projectIdSchema } from '../identifiers';

/** @public */
export const projectGrantAdded = defineEvent({
  type: 'iam.project_grant.added',
  schema: z.object({
    project: projectIdSchema,
    /** Which may grant the roles to its own users and groups. */
    organization: organizationIdSchema,
    roles: z.array(z.string()),
  }),
});
/**
 * Which roles are delegated from here on. Those withdrawn carry nothing any
 * more, and cannot be delegated again before their grants are cleared.
 *
 * @public
 */
export const projectGrantRolesChanged = defineEvent({
  type: 'iam.project_grant.roles_changed',
  schema: z.object({
    roles: z.array(z.string()),
    withdrawn: z.array(z.string()),
  }),
});
/** @public */
export const projectGrantDeactivated = defineEvent({
  type: 'iam.project_grant.deactivated',
  schema: z.object({}),
});
/** @public */
export const projectGrantReactivated = defineEvent({
  type: 'iam.project_grant.reactivated',
  schema: z.object({}),
});
/** From here on its roles carry nothing. @public */
export const projectGrantRemovalStarted = defineEvent({
  type: 'iam.project_grant.removal_started',
  schema: z.object({}),
});
/** The same pair may be added again. @public */
export const projectGrantRemoved = defineEvent({
  type: 'iam.project_grant.removed',
  schema: z.object({}),
});
