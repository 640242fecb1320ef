import {
  organizationIdSchema,
  parseInput,
  projectGrantIdOf,
  projectIdSchema,
  refusal,
  roleKeySchema,
  type ProjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { projectAggregate } from '../project/project';
import { requireActiveProject, requireGrantableRole } from '../project/state';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { projectGrantAggregate } from './projectGrant';

const input = z.strictObject({
  project: projectIdSchema,
  organization: organizationIdSchema,
  roles: z.array(roleKeySchema).min(1),
});
type Input = z.input<typeof input>;

/** Delegates roles of a project to another organization. */
export function* addProjectGrant(command: Input): UnitOfWork {
  const { project, organization, roles } = parseInput(input, command);
  const owner = yield* requireRoles(project, roles);
  if (owner === organization) {
    throw refusal('iam.project_grant.own_organization', 'organization');
  }
  requireActiveOrganization(yield* read(organizationAggregate, organization));
  yield* change(
    projectGrantAggregate,
    projectGrantIdOf(project, organization),
    { kind: 'Add', project, organization, roles },
  );
}

/** Changes which roles are delegated. */
export function* changeProjectGrant(command: Input): UnitOfWork {
  const { project, organization, roles } = parseInput(input, command);
  yield* requireRoles(project, roles);
  yield* change(
    projectGrantAggregate,
    projectGrantIdOf(project, organization),
    { kind: 'ChangeRoles', roles },
  );
}

function* requireRoles(project: ProjectId, roles: readonly string[]) {
  const state = yield* read(projectAggregate, project);
  requireActiveProject(state);
  roles.forEach((key, at) => requireGrantableRole(state, key, `roles.${at}`));
  return state.organization;
}
