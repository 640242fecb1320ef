/** What one user or group has been given. */
import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import {
  groupIdSchema,
  organizationIdSchema,
  projectIdSchema,
  scopeIdSchema,
  subjectIdSchema,
  userIdSchema,
} from '../identifiers';

/** A user became a member of a group. @public */
export const groupJoined = defineEvent({
  type: 'iam.access.group_joined',
  schema: z.object({ subject: userIdSchema, group: groupIdSchema }),
});
/** @public */
export const groupLeft = defineEvent({
  type: 'iam.access.group_left',
  schema: z.object({
    subject: userIdSchema,
    group: groupIdSchema,
    because: z.enum(['removed_from_group', 'group_removed']),
  }),
});
/** @public */
export const roleGranted = defineEvent({
  type: 'iam.access.role_granted',
  schema: z.object({
    subject: subjectIdSchema,
    project: projectIdSchema,
    role: z.string(),
    /** Whose subject it is; another one than the project's: by delegation. */
    organization: organizationIdSchema,
    expiresAt: z.string().optional(),
  }),
});
/** @public */
export const roleRevoked = defineEvent({
  type: 'iam.access.role_revoked',
  schema: z.object({
    subject: subjectIdSchema,
    project: projectIdSchema,
    role: z.string(),
    because: z.enum([
      'revoked',
      'expired',
      'role_removed',
      'project_removed',
      'delegation_ended',
    ]),
  }),
});
/** The subject became an administrator. @public */
export const administrationGained = defineEvent({
  type: 'iam.access.administration_gained',
  schema: z.object({ subject: subjectIdSchema, scope: scopeIdSchema }),
});
/** The subject has no administrator role there any more. @public */
export const administrationLost = defineEvent({
  type: 'iam.access.administration_lost',
  schema: z.object({ subject: subjectIdSchema, scope: scopeIdSchema }),
});
/** The subject is gone, and with it everything it had been given. @public */
export const accessClosed = defineEvent({
  type: 'iam.access.closed',
  schema: z.object({ subject: subjectIdSchema }),
});
