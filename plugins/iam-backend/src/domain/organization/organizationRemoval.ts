/**
 * The removal of an organization, once it has started. For each stage of
 * `organizationRemovalStages` the process asks the views for the dependents
 * that are left, at or after the position at which the removal started, runs
 * the stage's unit of work for each, and completes the stage when none is left.
 * Nothing can be added meanwhile: whatever adds reads the organization.
 */
import {
  administrationIdOf,
  organizationIdSchema,
  parseInput,
  policyIdOf,
  type AdministratorRoleId,
  type GroupId,
  type OrganizationId,
  type ProjectGrantId,
  type ProjectId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { administrationAggregate } from '../administration/administration';
import { dropAdministrator } from '../administration/assignAdministrator';
import { administratorRoleAggregate } from '../administratorRole/administratorRole';
import { startGroupRemoval } from '../group/groupRemoval';
import { groupAggregate } from '../group/group';
import { policyAggregate } from '../policy/policy';
import { projectAggregate } from '../project/project';
import { projectGrantAggregate } from '../projectGrant/projectGrant';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { changeUser } from '../user/changeUser';
import { organizationAggregate } from './organization';

/**
 * What is done to each dependent of a stage. Groups, projects and delegations
 * have a removal of their own, which this starts.
 */
export const organizationRemoval = {
  *users(_organization: OrganizationId, user: UserId): UnitOfWork {
    yield* changeUser({ kind: 'Remove', user });
  },

  *groups(_organization: OrganizationId, group: GroupId): UnitOfWork {
    const { status } = yield* read(groupAggregate, group);
    if (status !== 'removed') {
      yield* startGroupRemoval({ group });
    }
  },

  /** Those it has received; the others go with its projects. */
  *project_grants(
    _organization: OrganizationId,
    grant: ProjectGrantId,
  ): UnitOfWork {
    const { status } = yield* read(projectGrantAggregate, grant);
    if (status !== 'none') {
      yield* change(projectGrantAggregate, grant, { kind: 'StartRemoval' });
    }
  },

  *projects(_organization: OrganizationId, project: ProjectId): UnitOfWork {
    const { status } = yield* read(projectAggregate, project);
    if (status !== 'removed') {
      yield* change(projectAggregate, project, { kind: 'StartRemoval' });
    }
  },

  *administrator_roles(
    _organization: OrganizationId,
    role: AdministratorRoleId,
  ): UnitOfWork {
    const { status } = yield* read(administratorRoleAggregate, role);
    if (status !== 'removed') {
      yield* change(administratorRoleAggregate, role, {
        kind: 'StartRemoval',
        withAssignments: true,
      });
    }
  },

  *administrators(
    organization: OrganizationId,
    subject: SubjectId,
  ): UnitOfWork {
    yield* dropAdministrator({ scope: organization, subject });
  },
};

const input = z.strictObject({ organization: organizationIdSchema });

/** The last step: its names and domains are free again. */
export function* finishOrganizationRemoval(
  command: z.input<typeof input>,
): UnitOfWork {
  const { organization } = parseInput(input, command);
  yield* change(organizationAggregate, organization, { kind: 'FinishRemoval' });
  yield* change(policyAggregate, policyIdOf(organization), {
    kind: 'Close',
    owner: organization,
  });
  yield* change(administrationAggregate, administrationIdOf(organization), {
    kind: 'Close',
    scope: organization,
  });
}
