import {
  groupDropped,
  subgroupAdded,
  subgroupRemoved,
} from '@callboard/plugin-iam-common';

export const groupHierarchyEvents = [
  subgroupAdded,
  subgroupRemoved,
  groupDropped,
] as const;
