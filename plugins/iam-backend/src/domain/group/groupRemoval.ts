/**
 * The removal of a group. It gives nobody anything from its start on; its
 * members, of whom there may be very many, are told one by one.
 */
import {
  accessIdOf,
  administrationIdOf,
  groupHierarchyIdOf,
  groupIdSchema,
  parseInput,
  type GroupId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { accessAggregate } from '../access/access';
import { administrationAggregate } from '../administration/administration';
import { groupHierarchyAggregate } from '../groupHierarchy/groupHierarchy';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { groupAggregate } from './group';

const input = z.strictObject({ group: groupIdSchema });

export function* startGroupRemoval(command: z.input<typeof input>): UnitOfWork {
  const { group } = parseInput(input, command);
  const { organization } = yield* change(groupAggregate, group, {
    kind: 'StartRemoval',
  });
  yield* change(groupHierarchyAggregate, groupHierarchyIdOf(organization!), {
    kind: 'DropGroup',
    group,
  });
  const { administrations } = yield* read(accessAggregate, accessIdOf(group));
  for (const scope of administrations) {
    yield* change(administrationAggregate, administrationIdOf(scope), {
      kind: 'DropSubject',
      scope,
      subject: group,
    });
  }
  yield* change(accessAggregate, accessIdOf(group), {
    kind: 'Close',
    subject: group,
  });
}

/** What is done to each dependent of a stage. */
export const groupRemoval = {
  *members(group: GroupId, member: UserId): UnitOfWork {
    yield* change(accessAggregate, accessIdOf(member), {
      kind: 'LeaveGroup',
      subject: member,
      group,
      because: 'group_removed',
    });
  },
};
