/**
 * People, organizations and roles, told to the log as IAM's commands tell them,
 * on a backend that a test started.
 */
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import {
  DEFAULT_INSTANCE,
  newAggregateId,
  newEventId,
  type AggregateId,
  type NewEvent,
  type Position,
} from '@callboard/plugin-eventstore-common';
import {
  eventStoreServiceRef,
  rootSpoolersServiceRef,
  type EventStoreService,
  type RootSpoolers,
} from '@callboard/plugin-eventstore-node';
import {
  accessIdOf,
  administrationIdOf,
  administratorRoleAssigned,
  administratorRoleUnassigned,
  groupAdded,
  groupChanged,
  groupHierarchyIdOf,
  groupJoined,
  groupLeft,
  groupRemoved,
  humanAdded,
  instanceAdded,
  instanceAggregateId,
  instanceDefaultOrganizationChanged,
  organizationAdded,
  organizationRemoved,
  organizationSlugChanged,
  profileChanged,
  projectAdded,
  projectRoleAdded,
  publicIamEvents,
  roleGranted,
  roleRevoked,
  subgroupAdded,
  subgroupRemoved,
  userActivated,
  userErased,
  userRemoved,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type RoleCondition,
  type ScopeId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';

export const INSTANCE = instanceAggregateId(DEFAULT_INSTANCE) as ScopeId;

type Told = readonly [id: AggregateId | string, ...events: NewEvent[]];

export class IamWorld {
  events!: EventStoreService;
  spoolers!: RootSpoolers;
  readonly #organizationOf = new Map<string, OrganizationId>();

  /** To be started with the backend. */
  readonly plugin = createBackendPlugin({
    pluginId: 'iam-world',
    register: env =>
      env.registerInit({
        deps: {
          events: eventStoreServiceRef,
          spoolers: rootSpoolersServiceRef,
        },
        init: async ({ events, spoolers }) => {
          this.events = events;
          this.spoolers = spoolers;
          events.registerEvents(...publicIamEvents);
        },
      }),
  });

  async tell(...told: Told[]): Promise<Position> {
    const { position } = await this.events.log.append({
      instance: DEFAULT_INSTANCE,
      aggregates: told.map(([id, ...events]) => ({
        id: id as AggregateId,
        expected: 'any',
        events,
      })),
      actor: { kind: 'system', id: 'test' },
      context: { correlationId: newEventId(), plugin: 'iam' },
    });
    return position;
  }

  /** The instance, with the portal's own organization. */
  async begin(slug = 'home'): Promise<OrganizationId> {
    await this.tell([
      INSTANCE,
      instanceAdded.of({ name: 'X', language: 'en' }),
    ]);
    const organization = await this.organization(slug);
    await this.tell([
      INSTANCE,
      instanceDefaultOrganizationChanged.of({ organization }),
    ]);
    return organization;
  }

  async organization(slug: string): Promise<OrganizationId> {
    const id = newAggregateId('iam.organization') as string as OrganizationId;
    await this.tell([id, organizationAdded.of({ name: `The ${slug}`, slug })]);
    return id;
  }

  changeSlug(organization: OrganizationId, slug: string) {
    return this.tell([organization, organizationSlugChanged.of({ slug })]);
  }

  removeOrganization(organization: OrganizationId) {
    return this.tell([organization, organizationRemoved.of({})]);
  }

  async person(organization: OrganizationId, name: string): Promise<UserId> {
    const id = newAggregateId('iam.user') as string as UserId;
    this.#organizationOf.set(id, organization);
    await this.tell([
      id,
      humanAdded.of({
        organization,
        username: name,
        givenName: name,
        familyName: 'Example',
        displayName: `${name} Example`,
        email: `${name}@example.com`,
      }),
      userActivated.of({}),
    ]);
    return id;
  }

  renamePerson(user: UserId, displayName: string) {
    const [givenName, familyName] = displayName.split(' ') as [string, string];
    return this.tell([
      user,
      profileChanged.of({ givenName, familyName, displayName }),
    ]);
  }

  removePerson(user: UserId) {
    const organization = this.#organizationOf.get(user)!;
    return this.tell([user, userRemoved.of({ organization })]);
  }

  async erasePerson(user: UserId): Promise<Position> {
    const organization = this.#organizationOf.get(user)!;
    await this.tell([user, userErased.of({ organization })]);
    return this.events.eraseSubject(user, {
      instance: DEFAULT_INSTANCE,
      actor: { kind: 'system', id: 'test' },
      context: { correlationId: newEventId(), plugin: 'iam' },
    });
  }

  async group(organization: OrganizationId, slug: string): Promise<GroupId> {
    const id = newAggregateId('iam.group') as string as GroupId;
    this.#organizationOf.set(id, organization);
    await this.tell([
      id,
      groupAdded.of({ organization, name: `Group ${slug}`, slug }),
    ]);
    return id;
  }

  changeGroup(group: GroupId, slug: string) {
    return this.tell([group, groupChanged.of({ name: `Group ${slug}`, slug })]);
  }

  removeGroup(group: GroupId) {
    return this.tell([group, groupRemoved.of({})]);
  }

  join(subject: UserId, group: GroupId) {
    return this.tell([accessIdOf(subject), groupJoined.of({ subject, group })]);
  }

  leave(subject: UserId, group: GroupId) {
    return this.tell([
      accessIdOf(subject),
      groupLeft.of({ subject, group, because: 'removed_from_group' }),
    ]);
  }

  nest(parent: GroupId, child: GroupId) {
    return this.tell([
      this.#hierarchy(parent),
      subgroupAdded.of({ parent, child }),
    ]);
  }

  unnest(parent: GroupId, child: GroupId) {
    return this.tell([
      this.#hierarchy(parent),
      subgroupRemoved.of({ parent, child }),
    ]);
  }

  async project(
    organization: OrganizationId,
    slug: string,
  ): Promise<ProjectId> {
    const id = newAggregateId('iam.project') as string as ProjectId;
    this.#organizationOf.set(id, organization);
    await this.tell([id, projectAdded.of({ organization, name: slug, slug })]);
    return id;
  }

  role(
    project: ProjectId,
    key: string,
    permissions: { pattern: string; conditions?: RoleCondition[] }[],
  ) {
    return this.tell([
      project,
      projectRoleAdded.of({
        key,
        name: key,
        permissions: permissions.map(({ pattern, conditions = [] }) => ({
          pattern,
          conditions,
        })),
      }),
    ]);
  }

  grant(subject: SubjectId, project: ProjectId, role: string) {
    const organization = this.#organizationOf.get(subject)!;
    return this.tell([
      accessIdOf(subject),
      roleGranted.of({ subject, project, role, organization }),
    ]);
  }

  revoke(subject: SubjectId, project: ProjectId, role: string) {
    return this.tell([
      accessIdOf(subject),
      roleRevoked.of({ subject, project, role, because: 'revoked' }),
    ]);
  }

  assign(
    subject: SubjectId,
    scope: ScopeId,
    role: Parameters<typeof administratorRoleAssigned.of>[0]['role'],
  ) {
    return this.tell([
      administrationIdOf(scope),
      administratorRoleAssigned.of({ scope, subject, role }),
    ]);
  }

  unassign(
    subject: SubjectId,
    scope: ScopeId,
    role: Parameters<typeof administratorRoleAssigned.of>[0]['role'],
  ) {
    return this.tell([
      administrationIdOf(scope),
      administratorRoleUnassigned.of({
        scope,
        subject,
        role,
        because: 'unassigned',
      }),
    ]);
  }

  #hierarchy(group: GroupId): AggregateId {
    return groupHierarchyIdOf(this.#organizationOf.get(group)!);
  }
}
