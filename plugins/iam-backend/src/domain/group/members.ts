import {
  accessIdOf,
  groupHierarchyIdOf,
  groupIdSchema,
  parseInput,
  refusal,
  userIdSchema,
  type GroupId,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { accessAggregate } from '../access/access';
import { readSubject, requireSameOrganization } from '../access/subject';
import { groupHierarchyAggregate } from '../groupHierarchy/groupHierarchy';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { groupAggregate, requireActiveGroup } from './group';

const membership = z.strictObject({
  group: groupIdSchema,
  user: userIdSchema,
});
const nesting = z.strictObject({ parent: groupIdSchema, child: groupIdSchema });

/** Makes a user a member of a group of their organization. */
export function* addMember(command: z.input<typeof membership>): UnitOfWork {
  const { group, user } = parseInput(membership, command);
  const organization = yield* organizationOf(group, 'group');
  const subject = yield* readSubject(user, 'user');
  requireSameOrganization(subject, organization, 'user');
  yield* change(accessAggregate, accessIdOf(user), {
    kind: 'JoinGroup',
    subject: user,
    group,
  });
}

export function* removeMember(command: z.input<typeof membership>): UnitOfWork {
  const { group, user } = parseInput(membership, command);
  yield* change(accessAggregate, accessIdOf(user), {
    kind: 'LeaveGroup',
    subject: user,
    group,
    because: 'removed_from_group',
  });
}

/** Makes the members of one group members of another, too. */
export function* addSubgroup(command: z.input<typeof nesting>): UnitOfWork {
  const { parent, child } = parseInput(nesting, command);
  const organization = yield* organizationOf(parent, 'parent');
  if ((yield* organizationOf(child, 'child')) !== organization) {
    throw refusal('iam.group.other_organization', 'child');
  }
  yield* change(groupHierarchyAggregate, groupHierarchyIdOf(organization), {
    kind: 'AddSubgroup',
    parent,
    child,
  });
}

export function* removeSubgroup(command: z.input<typeof nesting>): UnitOfWork {
  const { parent, child } = parseInput(nesting, command);
  const organization = yield* organizationOf(parent, 'parent');
  yield* change(groupHierarchyAggregate, groupHierarchyIdOf(organization), {
    kind: 'RemoveSubgroup',
    parent,
    child,
  });
}

function* organizationOf(
  id: GroupId,
  field: string,
): UnitOfWork<OrganizationId> {
  const group = yield* read(groupAggregate, id);
  requireActiveGroup(group, field);
  return group.organization!;
}
