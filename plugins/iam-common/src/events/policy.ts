/** What an instance decides for all, or an organization for itself. */
import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { policyOwnerIdSchema } from '../identifiers';
import { policyKinds } from '../policies/policySettings';

/** @public */
export const policySet = defineEvent({
  type: 'iam.policy.set',
  schema: z.object({
    owner: policyOwnerIdSchema,
    kind: z.enum(policyKinds),
    /** As `policySettings[kind]` at the time of the decision. */
    settings: z.record(z.string(), z.unknown()),
    enforced: z.boolean(),
  }),
});
/** What it would be without this decision holds again. @public */
export const policyReset = defineEvent({
  type: 'iam.policy.reset',
  schema: z.object({
    owner: policyOwnerIdSchema,
    kind: z.enum(policyKinds),
  }),
});
/** What it belonged to is gone. @public */
export const policyClosed = defineEvent({
  type: 'iam.policy.closed',
  schema: z.object({ owner: policyOwnerIdSchema }),
});
