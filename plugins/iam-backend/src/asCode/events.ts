import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';

/** Somebody wants a source to be read and compared now, or a plan to be made. */
export const reconciliationRequested = defineEvent({
  type: 'iam.source.reconciliation_requested',
  schema: z.object({
    source: z.string(),
    /** The plan that is to be applied. */
    plan: z.string().optional(),
  }),
});
