/** The administrators of an instance, an organization or a project. */
import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { scopeIdSchema, subjectIdSchema } from '../identifiers';
import { administratorRoleRefSchema } from '../permissions/administratorRoles';

/** @public */
export const administratorRoleAssigned = defineEvent({
  type: 'iam.administration.role_assigned',
  schema: z.object({
    scope: scopeIdSchema,
    subject: subjectIdSchema,
    role: administratorRoleRefSchema,
    expiresAt: z.string().optional(),
  }),
});
/** @public */
export const administratorRoleUnassigned = defineEvent({
  type: 'iam.administration.role_unassigned',
  schema: z.object({
    scope: scopeIdSchema,
    subject: subjectIdSchema,
    role: administratorRoleRefSchema,
    because: z.enum([
      'unassigned',
      'expired',
      'role_removed',
      'subject_removed',
    ]),
  }),
});
/** What was administered is gone, and with it its administrators. @public */
export const administrationClosed = defineEvent({
  type: 'iam.administration.closed',
  schema: z.object({ scope: scopeIdSchema }),
});
