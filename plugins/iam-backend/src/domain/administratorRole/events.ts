import {
  administratorRoleAdded,
  administratorRoleChanged,
  administratorRoleRemovalCancelled,
  administratorRoleRemovalStarted,
  administratorRoleRemoved,
} from '@callboard/plugin-iam-common';

export const administratorRoleEvents = [
  administratorRoleAdded,
  administratorRoleChanged,
  administratorRoleRemovalStarted,
  administratorRoleRemovalCancelled,
  administratorRoleRemoved,
] as const;
