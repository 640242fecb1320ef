import type { AggregateDefinition } from '@callboard/plugin-eventstore-common';
import { accessAggregate } from './access/access';
import { administrationAggregate } from './administration/administration';
import { administratorRoleAggregate } from './administratorRole/administratorRole';
import { groupAggregate } from './group/group';
import { groupHierarchyAggregate } from './groupHierarchy/groupHierarchy';
import { instanceAggregate } from './instance/instance';
import { organizationAggregate } from './organization/organization';
import { policyAggregate } from './policy/policy';
import { projectAggregate } from './project/project';
import { projectGrantAggregate } from './projectGrant/projectGrant';
import { userAggregate } from './user/user';
import { userImportAggregate } from './userImport/userImport';

/** Every aggregate of IAM. */
export const aggregates: readonly AggregateDefinition[] = [
  instanceAggregate,
  organizationAggregate,
  userAggregate,
  accessAggregate,
  administrationAggregate,
  administratorRoleAggregate,
  groupAggregate,
  groupHierarchyAggregate,
  projectAggregate,
  projectGrantAggregate,
  policyAggregate,
  userImportAggregate,
];
