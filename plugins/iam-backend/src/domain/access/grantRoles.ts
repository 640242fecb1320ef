import {
  accessIdOf,
  parseInput,
  projectGrantIdOf,
  projectIdSchema,
  refusal,
  roleKeySchema,
  subjectIdSchema,
  type OrganizationId,
  type ProjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { requireGrantableRole, requireActiveProject } from '../project/state';
import { projectAggregate } from '../project/project';
import {
  projectGrantAggregate,
  requireDelegatedRole,
} from '../projectGrant/projectGrant';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { accessAggregate } from './access';
import { readSubject } from './subject';

const input = z.strictObject({
  subject: subjectIdSchema,
  project: projectIdSchema,
  roles: z
    .array(
      z.strictObject({ key: roleKeySchema, expiresAt: z.string().optional() }),
    )
    .min(1),
});

/**
 * Grants roles of a project to a user or group: of the organization that owns
 * the project, or of one that it delegated these roles to.
 *
 * The project, the delegation and the subject are only read, so grants never
 * wait for one another; but the removal of any of them starts with an event of
 * its own, which no grant decided before it survives.
 */
export function* grantRoles(command: z.input<typeof input>): UnitOfWork {
  const { subject, project, roles } = parseInput(input, command);
  const { organization } = yield* readSubject(subject);
  const state = yield* read(projectAggregate, project);
  requireActiveProject(state);
  roles.forEach(({ key }, at) =>
    requireGrantableRole(state, key, `roles.${at}.key`),
  );
  if (state.organization !== organization) {
    yield* requireDelegation(project, organization, roles);
  }
  yield* change(accessAggregate, accessIdOf(subject), {
    kind: 'GrantRoles',
    subject,
    project,
    organization,
    roles,
  });
}

function* requireDelegation(
  project: ProjectId,
  organization: OrganizationId,
  roles: readonly { readonly key: string }[],
): UnitOfWork {
  const delegation = yield* read(
    projectGrantAggregate,
    projectGrantIdOf(project, organization),
  );
  // For an organization without a delegation the project isn't there.
  if (delegation.status === 'none') {
    throw refusal('iam.project.not_found', 'project');
  }
  roles.forEach(({ key }, at) =>
    requireDelegatedRole(delegation, key, `roles.${at}.key`),
  );
}
