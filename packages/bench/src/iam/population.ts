/**
 * Everybody in a large instance, as appends: 20 organizations, one with half of
 * the users; each user in three groups and with two roles; groups in groups; a
 * tenth of the groups administers an organization.
 */
import {
  newAggregateId,
  type AggregateId,
  type InstanceId,
  type NewEvent,
} from '@callboard/plugin-eventstore-common';
import type { AppendRequest } from '@callboard/plugin-eventstore-node';
import {
  accessIdOf,
  administrationIdOf,
  administrationGained,
  administratorRoleAssigned,
  emailVerified,
  groupAdded,
  groupHierarchyIdOf,
  groupJoined,
  humanAdded,
  instanceAdded,
  instanceAggregateId,
  organizationAdded,
  profileChanged,
  projectAdded,
  projectRoleAdded,
  roleGranted,
  subgroupAdded,
  userActivated,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type ScopeId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';

const GIVEN = ['Ann', 'Bo', 'Chloé', 'Dmitri', 'Eve', 'Farid', 'Grace', 'Hu'];
const FAMILY = ['Smith', 'Ng', 'Müller', 'Okafor', 'Silva', 'Kowalski', 'Ito'];
const ROLES = 10;
/** Users in one append: with their accesses 800 aggregates, of 1,000 allowed. */
const AT_ONCE = 400;

export interface Sizes {
  readonly users: number;
  readonly groups: number;
  readonly events: number;
}

export interface Population {
  readonly instance: InstanceId;
  readonly scope: ScopeId;
  readonly owner: UserId;
  readonly organizations: readonly OrganizationId[];
  readonly projects: readonly ProjectId[];
  readonly groups: readonly GroupId[];
  readonly users: readonly UserId[];
}

const ids = <TId extends AggregateId>(type: string, count: number): TId[] =>
  Array.from({ length: count }, () => newAggregateId(type) as TId);

export function planPopulation({ users, groups }: Sizes): Population {
  const instance = 'default' as InstanceId;
  const everybody = ids<UserId>('iam.user', users);
  return {
    instance,
    scope: instanceAggregateId(instance),
    owner: everybody[0]!,
    organizations: ids('iam.organization', 20),
    projects: ids('iam.project', 400),
    groups: ids('iam.group', groups),
    users: everybody,
  };
}

type Part = readonly [AggregateId, readonly NewEvent[]];

/** What is stored, append by append; about `events` events in all. */
export function* appendsOf(
  plan: Population,
  { events: wanted }: Sizes,
): Generator<AppendRequest> {
  const { instance, scope, owner, projects, groups, users } = plan;
  let count = 0;
  const request = (parts: readonly Part[]): AppendRequest => {
    count += parts.reduce((sum, [, events]) => sum + events.length, 0);
    return {
      instance,
      actor: { kind: 'system', id: 'bench' },
      context: { plugin: 'iam' },
      aggregates: parts.map(([id, events]) => ({
        id,
        expected: 'any',
        events,
      })),
    };
  };
  yield request([
    [scope, [instanceAdded.of({ name: 'Bench', language: 'en' })]],
    ...plan.organizations.map((id, at): Part => {
      const name = `Organization ${at}`;
      return [id, [organizationAdded.of({ name, slug: `organization-${at}` })]];
    }),
  ]);
  yield request(projects.map((id, at) => [id, projectOf(plan, at)]));
  for (let from = 0; from < groups.length; from += 900) {
    const some = groups.slice(from, from + 900);
    yield request(
      some.map((id, at) => [id, [groupOf(plan, from + at)]] as const),
    );
    yield request(
      some.map((id, at) => [accessIdOf(id), [roleOf(plan, id, from + at)]]),
    );
  }
  yield request(
    plan.organizations.map(organization => [
      groupHierarchyIdOf(organization),
      nestingIn(plan, organization),
    ]),
  );
  for (let from = 0; from < users.length; from += AT_ONCE) {
    const some = users.slice(from, from + AT_ONCE);
    yield request(
      some.flatMap((id, at): Part[] => [
        [id, personOf(plan, from + at)],
        [accessIdOf(id), accessOf(plan, from + at)],
      ]),
    );
  }
  yield request([
    ...administrationsOf(plan),
    [accessIdOf(owner), [administrationGained.of({ subject: owner, scope })]],
  ]);
  for (let at = 0; count < wanted; at += AT_ONCE) {
    yield request(
      Array.from({ length: AT_ONCE }, (_, each): Part => {
        const number = (at + each) % users.length;
        return [users[number]!, [profileChanged.of(profileOf(number))]];
      }),
    );
  }
}

/** Half of everything is in the first. */
function organizationOf(
  { organizations }: Population,
  at: number,
): OrganizationId {
  return organizations[at % 2 === 0 ? 0 : at % organizations.length]!;
}

function profileOf(at: number) {
  const givenName = `${GIVEN[at % GIVEN.length]}${at % 1_000}`;
  const familyName = `${FAMILY[at % FAMILY.length]}${at % 131}`;
  return { givenName, familyName, displayName: `${givenName} ${familyName}` };
}

function personOf(plan: Population, at: number): NewEvent[] {
  return [
    humanAdded.of({
      organization: organizationOf(plan, at),
      username: `user${at}`,
      email: `user${at}@example.org`,
      ...profileOf(at),
    }),
    emailVerified.of({ by: 'administrator' }),
    userActivated.of({}),
  ];
}

function accessOf(plan: Population, at: number): NewEvent[] {
  const { groups, users, projects } = plan;
  const subject = users[at]!;
  const of = new Set([at, at * 7, 0].map(each => each % groups.length));
  return [
    ...[...of].map(each => groupJoined.of({ subject, group: groups[each]! })),
    ...[1, 2].map(times =>
      roleGranted.of({
        subject,
        project: projects[(at * times) % projects.length]!,
        role: `role-${(at + times) % ROLES}`,
        organization: organizationOf(plan, (at * times) % projects.length),
      }),
    ),
  ];
}

function groupOf(plan: Population, at: number): NewEvent {
  return groupAdded.of({
    organization: organizationOf(plan, at),
    name: `${GIVEN[at % GIVEN.length]}'s group ${at}`,
    slug: `group-${at}`,
  });
}

function roleOf(plan: Population, subject: SubjectId, at: number): NewEvent {
  return roleGranted.of({
    subject,
    project: plan.projects[at % plan.projects.length]!,
    role: `role-${at % ROLES}`,
    organization: organizationOf(plan, at % plan.projects.length),
  });
}

function projectOf(plan: Population, at: number): NewEvent[] {
  return [
    projectAdded.of({
      organization: organizationOf(plan, at),
      name: `Project ${at}`,
      slug: `project-${at}`,
    }),
    ...Array.from({ length: ROLES }, (_, role) =>
      projectRoleAdded.of({
        key: `role-${role}`,
        name: `Role ${role}`,
        permissions: [
          { pattern: 'catalog.*.read', conditions: [] },
          { pattern: `bench.thing.do-${role}`, conditions: [] },
        ],
      }),
    ),
  ];
}

/** Eight groups deep at most. */
function nestingIn(plan: Population, organization: OrganizationId): NewEvent[] {
  const { groups } = plan;
  const step = Math.max(1, Math.floor(groups.length / 10));
  return groups.flatMap((child, at) =>
    at >= 2 * step && organizationOf(plan, at) === organization
      ? [subgroupAdded.of({ parent: groups[at - step]!, child })]
      : [],
  );
}

function administrationsOf(plan: Population): Part[] {
  const { scope, owner, organizations, groups } = plan;
  return [
    [
      administrationIdOf(scope),
      [
        administratorRoleAssigned.of({
          scope,
          subject: owner,
          role: 'instance-owner',
        }),
      ],
    ],
    ...organizations.map(
      (organization): Part => [
        administrationIdOf(organization),
        groups.flatMap((subject, at) =>
          at % 10 === 1 && organizationOf(plan, at) === organization
            ? [
                administratorRoleAssigned.of({
                  scope: organization,
                  subject,
                  role: 'organization-viewer',
                }),
              ]
            : [],
        ),
      ],
    ),
  ].map(([id, events]): Part => [id as AggregateId, events as NewEvent[]]);
}
