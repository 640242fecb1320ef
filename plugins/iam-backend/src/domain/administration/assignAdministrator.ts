import {
  accessIdOf,
  administrationIdOf,
  administratorRoleRefSchema,
  builtInAdministratorRoles,
  instanceAggregateId,
  parseInput,
  refusal,
  scopeIdSchema,
  subjectIdSchema,
  type AdministrationLevel,
  type AdministratorRoleRef,
  type BuiltInAdministratorRole,
  type OrganizationId,
  type ProjectId,
  type ScopeId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { accessAggregate } from '../access/access';
import { readSubject, type Subject } from '../access/subject';
import {
  administratorRoleAggregate,
  requireActiveAdministratorRole,
} from '../administratorRole/administratorRole';
import { readActiveInstance } from '../instance/currentInstance';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { projectAggregate } from '../project/project';
import { requireProject } from '../project/state';
import { change, currentInstance, read, type UnitOfWork } from '../unitOfWork';
import { administrationAggregate } from './administration';
import { levelOf, type Standing } from './state';

const input = z.strictObject({
  scope: scopeIdSchema,
  subject: subjectIdSchema,
  role: administratorRoleRefSchema,
});
const inputWithEnd = input.extend({ expiresAt: z.string().optional() });

/**
 * Makes a user or group an administrator of an instance, an organization or a
 * project. It may be of any organization: those who look after others need not
 * be their members.
 */
export function* assignAdministrator(
  command: z.input<typeof inputWithEnd>,
): UnitOfWork {
  const { scope, subject, role, expiresAt } = parseInput(inputWithEnd, command);
  const owner = yield* readScope(scope);
  const level = yield* readLevel(role, owner);
  const found = yield* readSubject(subject);
  yield* change(administrationAggregate, administrationIdOf(scope), {
    kind: 'Assign',
    scope,
    subject,
    role,
    level,
    expiresAt,
    standing: standingOf(found),
  });
  yield* change(accessAggregate, accessIdOf(subject), {
    kind: 'GainAdministration',
    subject,
    scope,
  });
}

/** Takes an administrator role away; refused for the last owner. */
export function* unassignAdministrator(
  command: z.input<typeof input>,
): UnitOfWork {
  const { scope, subject, role } = parseInput(input, command);
  yield* takeAway(scope, subject, role, 'Unassign');
}

/** Writes down that the time of an assignment is over. */
export function* expireAdministrator(
  command: z.input<typeof input>,
): UnitOfWork {
  const { scope, subject, role } = parseInput(input, command);
  yield* takeAway(scope, subject, role, 'ExpireRole');
}

/** Part of the removal of an administrator role. */
export function* dropAdministratorRole(
  command: z.input<typeof input>,
): UnitOfWork {
  const { scope, subject, role } = parseInput(input, command);
  yield* takeAway(scope, subject, role, 'DropRole');
}

const inputWithoutRole = input.omit({ role: true });

/** Part of the removal of what is administered. */
export function* dropAdministrator(
  command: z.input<typeof inputWithoutRole>,
): UnitOfWork {
  const { scope, subject } = parseInput(inputWithoutRole, command);
  yield* change(administrationAggregate, administrationIdOf(scope), {
    kind: 'DropSubject',
    scope,
    subject,
    evenIfLast: true,
  });
  yield* change(accessAggregate, accessIdOf(subject), {
    kind: 'LoseAdministration',
    subject,
    scope,
  });
}

function* takeAway(
  scope: ScopeId,
  subject: z.output<typeof subjectIdSchema>,
  role: AdministratorRoleRef,
  kind: 'Unassign' | 'ExpireRole' | 'DropRole',
): UnitOfWork {
  const { roles } = yield* change(
    administrationAggregate,
    administrationIdOf(scope),
    { kind, scope, subject, role },
  );
  if (!roles.has(subject)) {
    yield* change(accessAggregate, accessIdOf(subject), {
      kind: 'LoseAdministration',
      subject,
      scope,
    });
  }
}

/** The organization a scope belongs to; none for an instance. */
function* readScope(scope: ScopeId): UnitOfWork<OrganizationId | undefined> {
  const level = levelOf(scope);
  if (level === 'instance') {
    if (scope !== instanceAggregateId(yield* currentInstance())) {
      throw refusal('iam.instance.not_found', 'scope');
    }
    yield* readActiveInstance();
    return undefined;
  }
  if (level === 'organization') {
    const organization = yield* read(organizationAggregate, scope);
    requireActiveOrganization(organization, 'scope');
    return scope as OrganizationId;
  }
  const project = yield* read(projectAggregate, scope as ProjectId);
  requireProject(project, 'scope');
  return project.organization!;
}

/** At which level a role can be assigned. */
function* readLevel(
  role: AdministratorRoleRef,
  owner: OrganizationId | undefined,
): UnitOfWork<AdministrationLevel> {
  if (Object.hasOwn(builtInAdministratorRoles, role)) {
    return builtInAdministratorRoles[role as BuiltInAdministratorRole].level;
  }
  const defined = yield* read(
    administratorRoleAggregate,
    role as Exclude<AdministratorRoleRef, BuiltInAdministratorRole>,
  );
  requireActiveAdministratorRole(defined, 'role');
  if (defined.organization && defined.organization !== owner) {
    throw refusal('iam.administrator_role.other_organization', 'role');
  }
  return defined.level!;
}

/**
 * Whether a person could act as an administrator; groups and machines don't
 * count. That their organization may be inactive is kept beside it.
 */
function standingOf({ user, organization }: Subject): Standing | undefined {
  return user?.type === 'human'
    ? { organization, stands: user.status === 'active' }
    : undefined;
}
