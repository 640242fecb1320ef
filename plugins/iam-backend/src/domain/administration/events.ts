import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  administrationClosed,
  administratorRoleAssigned,
  administratorRoleUnassigned,
  organizationIdSchema,
  scopeIdSchema,
  userIdSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

/**
 * Whether an administrator could act: a person who is active. Written here
 * beside the assignments, so that one aggregate knows how many could.
 */
export const administratorStandingChanged = defineEvent({
  type: 'iam.administration.standing_changed',
  schema: z.object({
    scope: scopeIdSchema,
    user: userIdSchema,
    organization: organizationIdSchema,
    stands: z.boolean(),
  }),
});

/** The same for all administrators of an organization that stops or resumes. */
export const organizationStandingChanged = defineEvent({
  type: 'iam.administration.organization_standing_changed',
  schema: z.object({
    scope: scopeIdSchema,
    organization: organizationIdSchema,
    stands: z.boolean(),
  }),
});

export const administrationEvents = [
  administratorRoleAssigned,
  administratorRoleUnassigned,
  administratorStandingChanged,
  organizationStandingChanged,
  administrationClosed,
] as const;
