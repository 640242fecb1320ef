/** Three instances with twenty organizations, and a life of chance in them. */
import {
  newEventId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import {
  instanceAggregateId,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type RoleCondition,
  type UserId,
} from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import { grantRoles } from '../../domain/access/grantRoles';
import { assignAdministrator } from '../../domain/administration/assignAdministrator';
import { addAdministratorRole } from '../../domain/administratorRole/addAdministratorRole';
import { addGroup } from '../../domain/group/addGroup';
import { addMember, addSubgroup } from '../../domain/group/members';
import { instanceAggregate } from '../../domain/instance/instance';
import { setUpInstance } from '../../domain/instance/setUpInstance';
import { addOrganization } from '../../domain/organization/addOrganization';
import { setPolicy } from '../../domain/policy/setPolicy';
import { addProject } from '../../domain/project/addProject';
import { projectAggregate } from '../../domain/project/project';
import { addProjectGrant } from '../../domain/projectGrant/delegateRoles';
import { change, type UnitOfWork } from '../../domain/unitOfWork';
import { addHuman, addMachine } from '../../domain/user/addUser';
import { changeUser } from '../../domain/user/changeUser';
import { deeds, unitOf } from '../../domain/__testUtils__/deeds';
import { ids, person, type Scene } from '../../domain/__testUtils__/scene';
import { World } from '../../domain/__testUtils__/World';

export const INSTANCES = ['default', 'blue', 'green'] as InstanceId[];
const ORGANIZATIONS = [8, 7, 5];
const HOUR = 60 * 60 * 1000;
export const SPANS = [0, HOUR, 24 * HOUR, 240 * HOUR];

const GIVEN = [
  'Ann',
  'Änne',
  'Bo',
  'Björn',
  'Chloé',
  'Dmitri',
  'Eve',
  'Łukasz',
];
const FAMILY = ['Smith', "O'Neil", 'Müller-Lüdenscheidt', 'Ng', 'Smithson'];
const PATTERNS = ['*', '*.read', 'catalog.*', 'catalog.entity.read', 'a.b.c'];
const ADMINISTRATION = ['iam.user.*', 'iam.*.read', 'iam.grant.*', '*.update'];
const CONDITIONS: readonly (readonly RoleCondition[])[] = [
  [],
  [],
  [{ kind: 'owned' }],
  [{ kind: 'tagged', tags: ['infra'] }, { kind: 'organization' }],
];

/** Numbers by chance that are the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}

export function randomWorld(seed: number, steps: number): World {
  const world = new World();
  world.now = new Date();
  const chance = new Chance(seed);
  const attempt = (work: () => UnitOfWork<unknown>) =>
    world.outcome(() => world.run(work()));
  INSTANCES.forEach((instance, at) => {
    world.instance = instance;
    populate(world, chance, ORGANIZATIONS[at]!, attempt);
  });
  const drawn = fc.sample(deeds, { seed, numRuns: steps });
  for (const deed of drawn) {
    world.instance = chance.of(INSTANCES);
    const scene = {
      world,
      instance: instanceAggregateId(world.instance),
    } as Scene;
    const unit = unitOf(scene, deed);
    if (unit) {
      attempt(unit);
    }
    attempt(special(world, chance));
  }
  return world;
}

function populate(
  world: World,
  chance: Chance,
  organizations: number,
  attempt: Attempt,
): void {
  const instance = instanceAggregateId(world.instance);
  world.give(instanceAggregate, instance, {
    kind: 'Add',
    name: `Instance ${world.instance}`,
    language: 'en',
  });
  world.give(instanceAggregate, instance, {
    kind: 'AddDomain',
    domain: `${world.instance}.example.com`,
  });
  const home = ids.organization();
  const owner = ids.user();
  world.run(
    setUpInstance({
      proof: { by: 'configuration' },
      organization: { id: home, name: 'Home', slug: 'home' },
      owner: { id: owner, ...person('owner') },
    }),
  );
  const projects: ProjectId[] = [];
  for (let at = 1; at < organizations; at += 1) {
    const organization = ids.organization();
    const name = `${chance.of(FAMILY)} ${at}`;
    attempt(() => addOrganization({ organization, name, slug: `org-${at}` }));
    furnish(chance, organization, projects, attempt);
  }
}

type Attempt = (work: () => UnitOfWork<unknown>) => string;

/** People in groups in groups, and roles of projects for some of them. */
function furnish(
  chance: Chance,
  organization: OrganizationId,
  projects: ProjectId[],
  attempt: Attempt,
): void {
  const users = Array.from({ length: 6 }, (_, at) =>
    addSomebody(chance, organization, at, attempt),
  );
  const groups = Array.from({ length: 4 }, (_, at) => {
    const group = ids.group();
    const name = `${chance.of(GIVEN)}s ${at}`;
    attempt(() => addGroup({ group, organization, name, slug: `group-${at}` }));
    return group;
  });
  for (let at = 0; at < 2; at += 1) {
    const project = ids.project();
    const name = `${chance.of(GIVEN)} ${at}`;
    attempt(() => addProject({ project, organization, name, slug: `p-${at}` }));
    for (const key of ['reader', 'writer', 'owner']) {
      attempt(() => addRole(chance, project, key));
    }
    projects.push(project);
  }
  for (let at = 0; at < 5; at += 1) {
    const group = chance.of(groups);
    const user = chance.of(users);
    attempt(() => addMember({ group, user }));
    const edge = { parent: chance.of(groups), child: chance.of(groups) };
    attempt(() => addSubgroup(edge));
    const project = chance.of(projects);
    attempt(() =>
      addProjectGrant({ project, organization, roles: ['reader', 'writer'] }),
    );
    const subject = chance.of([...groups, ...users]);
    const key = chance.of(['reader', 'writer', 'owner']);
    attempt(() => grantRoles({ subject, project, roles: [{ key }] }));
  }
}

function addSomebody(
  chance: Chance,
  organization: OrganizationId,
  at: number,
  attempt: Attempt,
): UserId {
  const user = ids.user();
  const username = `u${at}.${organization.slice(-6)}`;
  if (at === 5) {
    attempt(() => addMachine({ user, organization, username, name: username }));
    return user;
  }
  const givenName = chance.of(GIVEN);
  const familyName = chance.of(FAMILY);
  attempt(() =>
    addHuman({
      user,
      organization,
      username,
      givenName,
      familyName,
      displayName: `${givenName} ${familyName}`,
      email: `${username}@example.org`,
    }),
  );
  attempt(function* activate(): UnitOfWork {
    yield* changeUser({
      kind: 'VerifyEmail',
      user,
      proof: { by: 'administrator' },
    });
    yield* changeUser({ kind: 'Activate', user });
  });
  return user;
}

function addRole(chance: Chance, project: ProjectId, key: string) {
  const conditions = [...chance.of(CONDITIONS)];
  return change(projectAggregate, project, {
    kind: 'AddRole',
    key,
    name: key,
    permissions: [
      { pattern: chance.of(PATTERNS), conditions },
      { pattern: 'scaffolder.task.read', conditions: [] },
    ],
  });
}

/** What `deeds` doesn't draw: ends, delegated roles, blocks, policies. */
function special(world: World, chance: Chance): () => UnitOfWork<unknown> {
  const one = <T>(type: string) => chance.of(world.idsOf(type)) as T;
  const user = one<UserId>('iam.user');
  const group = one<GroupId>('iam.group');
  const other = one<GroupId>('iam.group');
  const project = one<ProjectId>('iam.project');
  const organization = one<OrganizationId>('iam.organization');
  const subject = chance.below(3) === 0 ? group : user;
  const expiresAt =
    chance.below(2) === 0
      ? new Date(world.now.getTime() + chance.of(SPANS) + 60_000).toISOString()
      : undefined;
  const key = chance.of(['reader', 'writer', 'owner']);
  const instance = instanceAggregateId(world.instance);
  const scope = chance.of([instance, organization, organization, project]);
  const level = scope.slice('iam.'.length, scope.indexOf('/'));
  const ways: (() => UnitOfWork<unknown>)[] = [
    () => grantRoles({ subject, project, roles: [{ key, expiresAt }] }),
    () => grantRoles({ subject, project, roles: [{ key, expiresAt }] }),
    () => addMember({ group, user }),
    () => addMember({ group, user }),
    () => addSubgroup({ parent: group, child: other }),
    () =>
      addProjectGrant({ project, organization, roles: ['reader', 'writer'] }),
    () =>
      assignAdministrator({
        scope,
        subject,
        role: chance.of([
          `${level}-owner`,
          `${level}-viewer`,
          level === 'organization'
            ? 'organization-user-manager'
            : `${level}-viewer`,
        ]) as never,
        expiresAt,
      }),
    () =>
      assignAdministrator({
        scope,
        subject,
        role: one('iam.administrator_role'),
        expiresAt,
      }),
    () =>
      addAdministratorRole({
        administratorRole: ids.administratorRole(),
        ...(chance.below(2) === 0 ? { organization } : {}),
        key: `role-${newEventId().slice(-6)}`,
        level: chance.of(['organization', 'project'] as const),
        name: 'Own',
        permissions: [chance.of(ADMINISTRATION)],
      }),
    () =>
      changeUser({
        kind: 'Lock',
        user,
        reason: 'failed_checks',
        until: new Date(
          world.now.getTime() + chance.of(SPANS) + 60_000,
        ).toISOString(),
      }),
    () =>
      change(projectAggregate, project, {
        kind: chance.below(2) === 0 ? 'Deactivate' : 'Reactivate',
      }),
    () =>
      setPolicy({
        owner: chance.below(3) === 0 ? instance : organization,
        policy: 'password_age',
        settings: { maxDays: chance.below(300), warnDays: 0 },
        enforced: false,
      }),
  ];
  return chance.of(ways);
}
