import {
  refusal,
  type GroupId,
  type OrganizationId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { groupAggregate, requireActiveGroup } from '../group/group';
import { read, type UnitOfWork } from '../unitOfWork';
import { requireUser, type UserState } from '../user/state';
import { userAggregate } from '../user/user';

/** A user or group that can be given something. */
export interface Subject {
  readonly organization: OrganizationId;
  /** Absent for a group. */
  readonly user?: UserState;
}

/**
 * @param field - where the id stands in the command
 * @throws CommandRejectedError when it is not there, or on its way out
 */
export function* readSubject(
  id: SubjectId,
  field = 'subject',
): UnitOfWork<Subject> {
  if (isGroup(id)) {
    const group = yield* read(groupAggregate, id);
    requireActiveGroup(group, field);
    return { organization: group.organization! };
  }
  const user = yield* read(userAggregate, id as UserId);
  requireUser(user, field);
  return { organization: user.organization!, user };
}

function isGroup(id: SubjectId): id is GroupId {
  return id.startsWith('iam.group/');
}

/** @throws CommandRejectedError when it belongs to another organization */
export function requireSameOrganization(
  subject: Subject,
  organization: OrganizationId,
  field: string,
): void {
  if (subject.organization !== organization) {
    throw refusal(
      subject.user
        ? 'iam.user.other_organization'
        : 'iam.group.other_organization',
      field,
    );
  }
}
