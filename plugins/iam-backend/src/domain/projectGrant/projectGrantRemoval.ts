/** What rests on a delegation, when it ends or some of its roles do. */
import {
  accessIdOf,
  type ProjectId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import { accessAggregate } from '../access/access';
import { change, type UnitOfWork } from '../unitOfWork';

/** What is done to each user and group of the organization with a grant. */
export const projectGrantRemoval = {
  *grants(project: ProjectId, subject: SubjectId): UnitOfWork {
    yield* change(accessAggregate, accessIdOf(subject), {
      kind: 'RevokeProject',
      subject,
      project,
      because: 'delegation_ended',
    });
  },

  *withdrawn(
    project: ProjectId,
    subject: SubjectId,
    roles: string[],
  ): UnitOfWork {
    yield* change(accessAggregate, accessIdOf(subject), {
      kind: 'RevokeRoles',
      subject,
      project,
      roles,
      because: 'delegation_ended',
    });
  },
};
