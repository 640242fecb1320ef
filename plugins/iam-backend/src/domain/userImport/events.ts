import { defineEvent } from '@callboard/plugin-eventstore-common';
import { organizationIdSchema } from '@callboard/plugin-iam-common';
import { z } from 'zod';

const rowNumber = z.int().min(1);

/** What is in its rows is personal, and only in the events of the users. */
export const userImportStarted = defineEvent({
  type: 'iam.user_import.started',
  schema: z.object({
    organization: organizationIdSchema,
    format: z.enum(['csv', 'jsonl']),
    activate: z.boolean(),
  }),
});
/** Rows that have been dealt with, beside the users that came of them. */
export const userImportProgressed = defineEvent({
  type: 'iam.user_import.progressed',
  schema: z.object({
    from: rowNumber,
    through: rowNumber,
    /** All others were added. */
    failed: z.array(
      z.object({
        row: rowNumber,
        code: z.string(),
        field: z.string().optional(),
      }),
    ),
  }),
});
export const userImportCompleted = defineEvent({
  type: 'iam.user_import.completed',
  schema: z.object({
    rows: z.int().min(0),
    added: z.int().min(0),
    failed: z.int().min(0),
  }),
});

export const userImportEvents = [
  userImportStarted,
  userImportProgressed,
  userImportCompleted,
] as const;
