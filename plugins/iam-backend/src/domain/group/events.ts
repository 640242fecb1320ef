import { defineEvent } from '@callboard/plugin-eventstore-common';
import {
  groupAdded,
  groupChanged,
  groupMetadataRemoved,
  groupMetadataSet,
  groupRemovalStarted,
  groupRemoved,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';

export const groupRemovalStageCompleted = defineEvent({
  type: 'iam.group.removal_stage_completed',
  schema: z.object({ stage: z.string() }),
});

export const groupEvents = [
  groupAdded,
  groupChanged,
  groupMetadataSet,
  groupMetadataRemoved,
  groupRemovalStarted,
  groupRemovalStageCompleted,
  groupRemoved,
] as const;
