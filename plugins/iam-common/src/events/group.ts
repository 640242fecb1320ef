import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { organizationIdSchema } from '../identifiers';

/** @public */
export const groupAdded = defineEvent({
  type: 'iam.group.added',
  schema: z.object({
    organization: organizationIdSchema,
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
  }),
});
/** @public */
export const groupChanged = defineEvent({
  type: 'iam.group.changed',
  schema: z.object({
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
  }),
});
/** @public */
export const groupMetadataSet = defineEvent({
  type: 'iam.group.metadata_set',
  schema: z.object({ key: z.string(), value: z.string() }),
});
/** @public */
export const groupMetadataRemoved = defineEvent({
  type: 'iam.group.metadata_removed',
  schema: z.object({ key: z.string() }),
});
/** From here on it gives nobody anything. @public */
export const groupRemovalStarted = defineEvent({
  type: 'iam.group.removal_started',
  schema: z.object({}),
});
/** @public */
export const groupRemoved = defineEvent({
  type: 'iam.group.removed',
  schema: z.object({}),
});
