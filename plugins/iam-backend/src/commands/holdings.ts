/** What a user or group holds, read in a unit of work and so guarded by it. */
import {
  accessIdOf,
  administrationIdOf,
  builtInAdministratorRoles,
  groupHierarchyIdOf,
  type AdministratorRoleRef,
  type BuiltInAdministratorRole,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type ScopeId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import { accessAggregate } from '../domain/access/access';
import { administrationAggregate } from '../domain/administration/administration';
import { administratorRoleAggregate } from '../domain/administratorRole/administratorRole';
import { groupAggregate } from '../domain/group/group';
import { groupHierarchyAggregate } from '../domain/groupHierarchy/groupHierarchy';
import { projectAggregate } from '../domain/project/project';
import { read, type UnitOfWork } from '../domain/unitOfWork';
import { userAggregate } from '../domain/user/user';
import type { HandedOut } from './handedOut';

/** The patterns of an administrator role; none when it is not there. */
export function* patternsOfRole(
  role: AdministratorRoleRef,
): UnitOfWork<readonly string[]> {
  if (Object.hasOwn(builtInAdministratorRoles, role)) {
    return builtInAdministratorRoles[role as BuiltInAdministratorRole]
      .permissions;
  }
  const defined = yield* read(administratorRoleAggregate, role as AggregateId);
  return defined.permissions;
}

/** A group and all groups it is in, directly or not. */
function* groupsAbove(group: GroupId): UnitOfWork<readonly GroupId[]> {
  const { organization } = yield* read(groupAggregate, group);
  if (!organization) {
    return [];
  }
  const { parents } = yield* read(
    groupHierarchyAggregate,
    groupHierarchyIdOf(organization),
  );
  return [...parents.reachable(group)];
}

/** All that a user or group can do, also through groups. */
export function* holdingsOf(
  subject: SubjectId,
  field: string,
): UnitOfWork<readonly HandedOut[]> {
  const subjects = yield* withGroups(subject);
  const found: HandedOut[] = [];
  for (const each of subjects) {
    found.push(...(yield* givenTo(each, field)));
  }
  return found;
}

/** The patterns of a project's roles that a user has there. */
export function* projectPatternsOf(
  subject: SubjectId,
  project: ProjectId,
): UnitOfWork<readonly string[]> {
  const patterns: string[] = [];
  for (const each of yield* withGroups(subject)) {
    const { roles } = yield* read(accessAggregate, accessIdOf(each));
    const { roles: defined } = yield* read(projectAggregate, project);
    for (const key of roles.get(project)?.keys() ?? []) {
      // What holds under conditions only is no reason to hand out more.
      const unconditional = (defined.get(key)?.permissions ?? []).filter(
        ({ conditions }) => conditions.length === 0,
      );
      patterns.push(...unconditional.map(({ pattern }) => pattern));
    }
  }
  return patterns;
}

function* withGroups(subject: SubjectId): UnitOfWork<readonly SubjectId[]> {
  if (subject.startsWith('iam.group/')) {
    return yield* groupsAbove(subject as GroupId);
  }
  const all = new Set<SubjectId>([subject]);
  const { groups } = yield* read(accessAggregate, accessIdOf(subject));
  for (const group of groups) {
    (yield* groupsAbove(group)).forEach(above => all.add(above));
  }
  return [...all];
}

function* givenTo(subject: SubjectId, field: string): UnitOfWork<HandedOut[]> {
  const { administrations, roles } = yield* read(
    accessAggregate,
    accessIdOf(subject),
  );
  const found: HandedOut[] = [];
  for (const scope of administrations) {
    const state = yield* read(
      administrationAggregate,
      administrationIdOf(scope),
    );
    for (const role of state.roles.get(subject)?.keys() ?? []) {
      found.push({ scope, field, patterns: yield* patternsOfRole(role) });
    }
  }
  for (const [project, granted] of roles) {
    const { roles: defined, organization } = yield* read(
      projectAggregate,
      project,
    );
    for (const [key, grant] of granted) {
      found.push({
        scope: whereGranted(project, organization, grant.organization),
        field,
        patterns: (defined.get(key)?.permissions ?? []).map(
          ({ pattern }) => pattern,
        ),
      });
    }
  }
  return found;
}

/**
 * Where a grant is somebody's to give: in the project, or, by delegation, in
 * the organization that it was delegated to.
 */
export function whereGranted(
  project: ProjectId,
  owner: OrganizationId | undefined,
  organization: OrganizationId,
): ScopeId {
  return owner === organization ? project : organization;
}

/** The organization of a user or group; none when it is not there. */
export function* organizationOfSubject(
  subject: SubjectId,
): UnitOfWork<OrganizationId | undefined> {
  const { organization } = subject.startsWith('iam.group/')
    ? yield* read(groupAggregate, subject)
    : yield* read(userAggregate, subject);
  return organization;
}
