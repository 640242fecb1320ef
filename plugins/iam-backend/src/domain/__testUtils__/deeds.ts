/** Anything that anybody may do, drawn at random. */
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import {
  projectGrantIdOf,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type ScopeId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import { grantRoles } from '../access/grantRoles';
import { revokeRoles } from '../access/revokeRoles';
import {
  assignAdministrator,
  unassignAdministrator,
} from '../administration/assignAdministrator';
import { addAdministratorRole } from '../administratorRole/addAdministratorRole';
import { administratorRoleAggregate } from '../administratorRole/administratorRole';
import { addGroup } from '../group/addGroup';
import { groupAggregate } from '../group/group';
import { startGroupRemoval } from '../group/groupRemoval';
import {
  addMember,
  addSubgroup,
  removeMember,
  removeSubgroup,
} from '../group/members';
import { changeDefaultOrganization } from '../instance/changeDefaultOrganization';
import { addOrganization } from '../organization/addOrganization';
import { organizationAggregate } from '../organization/organization';
import {
  deactivateOrganization,
  reactivateOrganization,
  startOrganizationRemoval,
} from '../organization/organizationStanding';
import { transferDomain } from '../organization/transferDomain';
import { addProject } from '../project/addProject';
import { projectAggregate } from '../project/project';
import {
  addProjectGrant,
  changeProjectGrant,
} from '../projectGrant/delegateRoles';
import { projectGrantAggregate } from '../projectGrant/projectGrant';
import { change, type UnitOfWork } from '../unitOfWork';
import { addHuman, addMachine } from '../user/addUser';
import { changeUser } from '../user/changeUser';
import { nextSteps } from './removals';
import { ids, person, type Scene } from './scene';

/** What is done, and numbers that choose to what. */
export interface Deed {
  readonly kind: (typeof kinds)[number];
  readonly at: readonly [number, number, number];
}

const NAMES = ['alpha', 'Beta', 'BETA', 'gamma', 'Alpha', 'delta'];
const DOMAINS = ['example.com', 'EXAMPLE.com', 'example.org'];

const kinds = [
  'addOrganization',
  'renameOrganization',
  'deactivateOrganization',
  'reactivateOrganization',
  'removeOrganization',
  'changeDefault',
  'waiveDomain',
  'removeDomain',
  'transferDomain',
  'addHuman',
  'addMachine',
  'activate',
  'rename',
  'changeEmail',
  'lock',
  'unlock',
  'deactivate',
  'reactivate',
  'remove',
  'erase',
  'addGroup',
  'renameGroup',
  'removeGroup',
  'addMember',
  'removeMember',
  'nest',
  'nest',
  'unnest',
  'addProject',
  'removeProject',
  'addRole',
  'removeRole',
  'delegate',
  'changeDelegation',
  'endDelegation',
  'grant',
  'grant',
  'revoke',
  'assign',
  'assign',
  'unassign',
  'addAdministratorRole',
  'removeAdministratorRole',
  'removalStep',
  'removalStep',
] as const;

export const deeds: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(...kinds),
  at: fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)),
});

/** Deeds of which at most one may take effect, when they meet the same things. */
const RIVALS: readonly (readonly [Deed['kind'], Deed['kind']])[] = [
  ['lock', 'lock'],
  ['lock', 'unassign'],
  ['remove', 'deactivateOrganization'],
  ['assign', 'remove'],
  ['assign', 'removeProject'],
  ['assign', 'removeAdministratorRole'],
  ['grant', 'removeRole'],
  ['grant', 'removeProject'],
  ['grant', 'remove'],
  ['grant', 'endDelegation'],
  ['grant', 'changeDelegation'],
  ['delegate', 'removeRole'],
  ['addMember', 'removeGroup'],
  ['addMember', 'erase'],
  ['nest', 'nest'],
  ['nest', 'removeGroup'],
  ['addHuman', 'removeOrganization'],
  ['addGroup', 'removeOrganization'],
  ['addProject', 'removeOrganization'],
  ['addHuman', 'addHuman'],
  ['rename', 'changeEmail'],
  ['renameGroup', 'renameGroup'],
  ['renameOrganization', 'addOrganization'],
  ['removalStep', 'grant'],
  ['removalStep', 'removeRole'],
];

/** Two deeds in either order, mostly about the same few things. */
export const rivals: fc.Arbitrary<readonly [Deed, Deed]> = fc
  .record({
    kinds: fc.constantFrom(...RIVALS),
    at: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
    otherAt: fc.option(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3))),
    reversed: fc.boolean(),
  })
  .map(({ kinds: [one, two], at, otherAt, reversed }) => {
    // Swapped, so that an edge meets the one in the other direction.
    const swapped = [at[1], at[0], at[2]] as const;
    const first: Deed = { kind: one, at };
    const second: Deed = {
      kind: two,
      at: otherAt ?? (one === two ? swapped : at),
    };
    return reversed ? [second, first] : [first, second];
  });

/** A deed as it is done in a scene; undefined if there is nothing to do it to. */
export function unitOf(
  { world, instance }: Scene,
  { kind, at: [a, b, c] }: Deed,
): (() => UnitOfWork<unknown>) | undefined {
  const pick = <T>(all: readonly T[], at: number): T | undefined =>
    all.length > 0 ? all[at % all.length] : undefined;
  const one = <T extends AggregateId>(type: string, at: number) =>
    pick(world.idsOf(type), at) as T;
  const name = (at: number) => pick(NAMES, at)!;

  const organization = one<OrganizationId>('iam.organization', a);
  const other = one<OrganizationId>('iam.organization', b);
  const user = one<UserId>('iam.user', a);
  const group = one<GroupId>('iam.group', a);
  const project = one<ProjectId>('iam.project', b);
  const role = pick(['reader', 'writer'], c)!;
  const subject = (c % 3 === 0 ? group : user) ?? user;
  const scopes = [instance, organization, project].filter(Boolean);
  const scope = pick(scopes, c) as ScopeId;
  const administratorRole = one<AggregateId>('iam.administrator_role', a);
  const ownRole = (level: string) => `${level}-${b % 2 ? 'owner' : 'viewer'}`;

  switch (kind) {
    case 'addOrganization': {
      const id = ids.organization();
      return () =>
        addOrganization({ organization: id, name: name(a), slug: name(b) });
    }
    case 'renameOrganization':
      return () =>
        change(organizationAggregate, organization, {
          kind: 'Rename',
          name: name(b),
        });
    case 'deactivateOrganization':
      return () => deactivateOrganization({ organization });
    case 'reactivateOrganization':
      return () => reactivateOrganization({ organization });
    case 'removeOrganization':
      return () => startOrganizationRemoval({ organization });
    case 'changeDefault':
      return () => changeDefaultOrganization({ organization });
    case 'waiveDomain':
      return function* waive(): UnitOfWork {
        const domain = pick(DOMAINS, b)!;
        yield* change(organizationAggregate, organization, {
          kind: 'AddDomain',
          domain,
        });
        yield* change(organizationAggregate, organization, {
          kind: 'WaiveDomainCheck',
          domain,
        });
      };
    case 'removeDomain':
      return () =>
        change(organizationAggregate, organization, {
          kind: 'RemoveDomain',
          domain: pick(DOMAINS, b)!,
        });
    case 'transferDomain':
      return () =>
        transferDomain({
          from: organization,
          to: other,
          domain: pick(DOMAINS, c)!,
        });
    case 'addHuman': {
      const id = ids.user();
      return () =>
        addHuman({ user: id, organization, ...person(name(b).toLowerCase()) });
    }
    case 'addMachine': {
      const id = ids.user();
      return () =>
        addMachine({
          user: id,
          organization,
          username: name(b),
          name: name(b),
        });
    }
    case 'activate':
      return function* activate(): UnitOfWork {
        yield* changeUser({
          kind: 'VerifyEmail',
          user,
          proof: { by: 'administrator' },
        });
        yield* changeUser({ kind: 'Activate', user });
      };
    case 'rename':
      return () =>
        changeUser({ kind: 'ChangeUsername', user, username: name(b) });
    case 'changeEmail':
      return () =>
        changeUser({
          kind: 'ChangeEmail',
          user,
          email: `${name(b)}@example.org`,
        });
    case 'lock':
      return () => changeUser({ kind: 'Lock', user, reason: 'administrator' });
    case 'unlock':
      return () => changeUser({ kind: 'Unlock', user });
    case 'deactivate':
      return () => changeUser({ kind: 'Deactivate', user });
    case 'reactivate':
      return () => changeUser({ kind: 'Reactivate', user });
    case 'remove':
      return () => changeUser({ kind: 'Remove', user });
    case 'erase':
      return () => changeUser({ kind: 'Erase', user });
    case 'addGroup': {
      const id = ids.group();
      return () =>
        addGroup({ group: id, organization, name: name(b), slug: name(c) });
    }
    case 'renameGroup':
      return (
        group &&
        (() =>
          change(groupAggregate, group, {
            kind: 'Change',
            name: name(b),
            slug: name(c),
          }))
      );
    case 'removeGroup':
      return group && (() => startGroupRemoval({ group }));
    case 'addMember':
      return (
        group && (() => addMember({ group, user: one<UserId>('iam.user', b) }))
      );
    case 'removeMember':
      return (
        group &&
        (() => removeMember({ group, user: one<UserId>('iam.user', b) }))
      );
    case 'nest':
    case 'unnest': {
      const child = one<GroupId>('iam.group', b);
      const edge = { parent: group, child };
      return (
        group && (() => (kind === 'nest' ? addSubgroup : removeSubgroup)(edge))
      );
    }
    case 'addProject': {
      const id = ids.project();
      return () =>
        addProject({ project: id, organization, name: name(b), slug: name(c) });
    }
    case 'removeProject':
      return (
        project &&
        (() => change(projectAggregate, project, { kind: 'StartRemoval' }))
      );
    case 'addRole':
      return (
        project &&
        (() =>
          change(projectAggregate, project, {
            kind: 'AddRole',
            key: role,
            name: role,
            permissions: [],
          }))
      );
    case 'removeRole':
      return (
        project &&
        (() =>
          change(projectAggregate, project, {
            kind: 'StartRoleRemoval',
            key: role,
            withGrants: a % 2 === 0,
          }))
      );
    case 'delegate':
      return (
        project &&
        (() => addProjectGrant({ project, organization, roles: [role] }))
      );
    case 'changeDelegation':
      return (
        project &&
        (() => changeProjectGrant({ project, organization, roles: [role] }))
      );
    case 'endDelegation':
      return (
        project &&
        (() =>
          change(
            projectGrantAggregate,
            projectGrantIdOf(project, organization),
            { kind: 'StartRemoval' },
          ))
      );
    case 'grant':
      return (
        project &&
        (() => grantRoles({ subject, project, roles: [{ key: role }] }))
      );
    case 'revoke':
      return (
        project &&
        (() =>
          revokeRoles({ subject, project, roles: [role], because: 'revoked' }))
      );
    case 'assign':
    case 'unassign': {
      const level = scope.slice(4, scope.indexOf('/'));
      const chosen =
        administratorRole && b % 5 === 0 ? administratorRole : ownRole(level);
      const assignment = {
        scope,
        subject: subject as SubjectId,
        role: chosen as never,
      };
      return () =>
        (kind === 'assign' ? assignAdministrator : unassignAdministrator)(
          assignment,
        );
    }
    case 'addAdministratorRole': {
      const id = ids.administratorRole();
      return () =>
        addAdministratorRole({
          administratorRole: id,
          organization,
          key: name(b),
          level: 'organization',
          name: name(b),
          permissions: ['iam.user.*'],
        });
    }
    case 'removeAdministratorRole':
      return (
        administratorRole &&
        (() =>
          change(administratorRoleAggregate, administratorRole, {
            kind: 'StartRemoval',
            withAssignments: b % 2 === 0,
          }))
      );
    default:
      return pick(nextSteps(world), a);
  }
}
