/**
 * The facts that other contexts may subscribe to. What only IAM itself needs
 * to know (digests of secrets, steps of a removal) stays in its backend.
 */
import type { EventDefinition } from '@callboard/plugin-eventstore-common';
import * as access from './access';
import * as administration from './administration';
import * as administratorRole from './administratorRole';
import * as group from './group';
import * as groupHierarchy from './groupHierarchy';
import * as instance from './instance';
import * as organization from './organization';
import * as policy from './policy';
import * as project from './project';
import * as projectGrant from './projectGrant';
import * as user from './user';

export * from './access';
export * from './administration';
export * from './administratorRole';
export * from './group';
export * from './groupHierarchy';
export * from './instance';
export * from './organization';
export * from './policy';
export * from './project';
export * from './projectGrant';
export * from './user';

/** All of them, for an `EventRegistry`. @public */
export const publicIamEvents: readonly EventDefinition[] = [
  ...Object.values(instance),
  ...Object.values(organization),
  ...Object.values(user),
  ...Object.values(access),
  ...Object.values(administration),
  ...Object.values(administratorRole),
  ...Object.values(group),
  ...Object.values(groupHierarchy),
  ...Object.values(project),
  ...Object.values(projectGrant),
  ...Object.values(policy),
];
