import {
  accessClosed,
  administrationGained,
  administrationLost,
  groupJoined,
  groupLeft,
  roleGranted,
  roleRevoked,
} from '@callboard/plugin-iam-common';

export const accessEvents = [
  groupJoined,
  groupLeft,
  roleGranted,
  roleRevoked,
  administrationGained,
  administrationLost,
  accessClosed,
] as const;
