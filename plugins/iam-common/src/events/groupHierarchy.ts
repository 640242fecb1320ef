/** Which group is in which: the members of `child` are members of `parent`. */
import { defineEvent } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { groupIdSchema } from '../identifiers';

const edge = z.object({ parent: groupIdSchema, child: groupIdSchema });

/** @public */
export const subgroupAdded = defineEvent({
  type: 'iam.group_hierarchy.subgroup_added',
  schema: edge,
});
/** @public */
export const subgroupRemoved = defineEvent({
  type: 'iam.group_hierarchy.subgroup_removed',
  schema: edge,
});
/** It is in no group any more, and no group is in it. @public */
export const groupDropped = defineEvent({
  type: 'iam.group_hierarchy.group_dropped',
  schema: z.object({ group: groupIdSchema }),
});
