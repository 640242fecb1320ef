/** What holds after whatever commands, told without the code that keeps it. */
import {
  isErased,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import {
  administrationIdOf,
  type GroupId,
  type ScopeId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { administrationAggregate } from '../administration/administration';
import { administratorRoleAggregate } from '../administratorRole/administratorRole';
import { groupAggregate } from '../group/group';
import { groupHierarchyAggregate } from '../groupHierarchy/groupHierarchy';
import { organizationAggregate } from '../organization/organization';
import { projectAggregate } from '../project/project';
import { userAggregate } from '../user/user';
import { accesses } from './removals';
import type { Scene } from './scene';

export function checkInvariants(scene: Scene): void {
  expect(claimsHeld(scene)).toEqual(namesInUse(scene));
  expect(cycles(scene)).toEqual([]);
  expect(instanceOwners(scene).length).toBeGreaterThan(0);
  expect(oneSidedAdministrations(scene)).toEqual([]);
  expect(wrongStandings(scene)).toEqual([]);
  expect(danglingGrants(scene)).toEqual([]);
}

function claimsHeld({ world }: Scene): string[] {
  return [...world.claims].map(([key, owner]) => `${owner} ${key}`).sort();
}

/** Spelled out here again on purpose; the names in tests are ASCII letters. */
function namesInUse({ world }: Scene): string[] {
  const names: string[] = [];
  const use = (id: AggregateId, kind: string, value: string) =>
    names.push(`${id} ${world.instance} ${kind} ${value.toLowerCase()}`);
  const there = (state: { status: string }) =>
    !['none', 'removed', 'erased'].includes(state.status);
  const uuid = (id: string) => id.split('/')[1]!;

  for (const id of world.idsOf('iam.organization')) {
    const state = world.state(organizationAggregate, id);
    if (there(state)) {
      use(id, 'iam.organization.name', state.name);
      use(id, 'iam.organization.slug', state.slug);
      for (const [domain, { verified }] of Object.entries(state.domains)) {
        if (verified) {
          use(id, 'iam.organization.domain', domain);
        }
      }
    }
  }
  for (const id of world.idsOf('iam.user')) {
    const { username, email, ...state } = world.state(userAggregate, id);
    if (there(state)) {
      const logins = [username, email?.value].map(login =>
        isErased(login) ? 'erased' : login?.toLowerCase(),
      );
      for (const login of new Set(logins)) {
        if (login !== undefined) {
          use(id, 'iam.user.login_name', login);
        }
      }
    }
  }
  for (const id of world.idsOf('iam.group')) {
    const state = world.state(groupAggregate, id);
    if (there(state)) {
      const within = uuid(state.organization!);
      use(id, 'iam.group.name', `${within}/${state.name}`);
      use(id, 'iam.group.slug', `${within}/${state.slug}`);
    }
  }
  for (const id of world.idsOf('iam.project')) {
    const state = world.state(projectAggregate, id);
    if (there(state)) {
      const within = uuid(state.organization!);
      use(id, 'iam.project.name', `${within}/${state.name}`);
      use(id, 'iam.project.slug', `${within}/${state.slug}`);
    }
  }
  for (const id of world.idsOf('iam.administrator_role')) {
    const state = world.state(administratorRoleAggregate, id);
    if (there(state)) {
      const within = uuid(state.organization!);
      use(id, 'iam.administrator_role.key', `${within}/${state.key}`);
    }
  }
  return names.sort();
}

/** Groups that contain themselves. */
function cycles({ world }: Scene): GroupId[] {
  const edges = world
    .idsOf('iam.group_hierarchy')
    .flatMap(id => world.state(groupHierarchyAggregate, id).children.edges());
  const below = (group: GroupId, seen: readonly GroupId[]): boolean =>
    edges.some(
      ([parent, child]) =>
        parent === group &&
        (seen.includes(child) || below(child, [...seen, child])),
    );
  return edges.map(([parent]) => parent).filter(group => below(group, [group]));
}

/** People who can administer the instance now, from their own states. */
function instanceOwners({ world, instance }: Scene): UserId[] {
  const { roles } = world.state(
    administrationAggregate,
    administrationIdOf(instance),
  );
  return world.idsOf('iam.user').filter(id => {
    const user = world.state(userAggregate, id);
    const assigned = roles.get(id as UserId)?.get('instance-owner');
    return (
      assigned &&
      assigned.expiresAt === undefined &&
      user.type === 'human' &&
      user.status === 'active' &&
      world.state(organizationAggregate, user.organization!).status === 'active'
    );
  }) as UserId[];
}

/** Administrations that only the administrator or only the scope knows. */
function oneSidedAdministrations({ world, instance }: Scene): string[] {
  const scopes = [
    instance,
    ...world.idsOf('iam.organization'),
    ...world.idsOf('iam.project'),
  ] as ScopeId[];
  const fromScopes = scopes.flatMap(scope =>
    [
      ...world
        .state(administrationAggregate, administrationIdOf(scope))
        .roles.keys(),
    ].map(subject => `${subject} ${scope}`),
  );
  const fromSubjects = accesses(world).flatMap(([subject, access]) =>
    [...access.administrations].map(scope => `${subject} ${scope}`),
  );
  return [
    ...fromScopes.filter(each => !fromSubjects.includes(each)),
    ...fromSubjects.filter(each => !fromScopes.includes(each)),
  ];
}

/** People whose standing as administrator isn't what their state says. */
function wrongStandings({ world, instance }: Scene): string[] {
  const { standing, absent } = world.state(
    administrationAggregate,
    administrationIdOf(instance),
  );
  const stands = [...standing].map(([subject, each]) => ({
    subject,
    told: each.stands && !absent.has(each.organization),
  }));
  return stands
    .filter(({ subject, told }) => {
      const user = world.state(userAggregate, subject);
      const { status } = world.state(organizationAggregate, user.organization!);
      return told !== (user.status === 'active' && status === 'active');
    })
    .map(({ subject }) => subject);
}

/** Grants and memberships of what isn't there, or held by those who are not. */
function danglingGrants({ world }: Scene): string[] {
  return accesses(world).flatMap(([subject, access]) => [
    ...[...access.roles].flatMap(([project, roles]) =>
      [...roles.keys()]
        .filter(role => !world.state(projectAggregate, project).roles.has(role))
        .map(role => `${subject} ${project} ${role}`),
    ),
    ...[...access.groups]
      .filter(group =>
        ['none', 'removed'].includes(world.state(groupAggregate, group).status),
      )
      .map(group => `${subject} ${group}`),
    ...(access.closed || access.roles.size + access.groups.size === 0
      ? []
      : [subject].filter(
          id =>
            id.startsWith('iam.user/') &&
            ['removed', 'erased'].includes(
              world.state(userAggregate, id).status,
            ),
        )),
  ]);
}
