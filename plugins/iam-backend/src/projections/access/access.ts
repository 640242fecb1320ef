/** Fills the tables of `tables.ts`. */
import {
  actorKey,
  type EventEnvelope,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import {
  defineProjection,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  accessClosed,
  administrationClosed,
  administratorRoleAdded,
  administratorRoleAssigned,
  administratorRoleChanged,
  administratorRoleRemovalCancelled,
  administratorRoleRemovalStarted,
  administratorRoleRemoved,
  administratorRoleUnassigned,
  groupDropped,
  groupJoined,
  groupLeft,
  humanAdded,
  instanceAdded,
  instanceAggregateId,
  instanceLimitsChanged,
  instanceRemovalStarted,
  instanceRemoved,
  machineAdded,
  organizationAdded,
  organizationDeactivated,
  organizationReactivated,
  organizationRemovalStarted,
  organizationRemoved,
  projectAdded,
  projectDeactivated,
  projectGrantAdded,
  projectGrantDeactivated,
  projectGrantIdOf,
  projectGrantReactivated,
  projectGrantRemovalStarted,
  projectGrantRemoved,
  projectGrantRolesChanged,
  projectReactivated,
  projectRemovalStarted,
  projectRemoved,
  projectRoleAdded,
  projectRoleChanged,
  projectRoleRemovalCancelled,
  projectRoleRemovalStarted,
  projectRoleRemoved,
  roleGranted,
  roleRevoked,
  subgroupAdded,
  subgroupRemoved,
  userActivated,
  userDeactivated,
  userErased,
  userLocked,
  userReactivated,
  userRemoved,
  userUnlocked,
  type OrganizationId,
  type ProjectId,
  type RolePermission,
} from '@callboard/plugin-iam-common';
import { userInvited } from '../../domain/user/events';
import { accessTables, type AccessTables } from './tables';

type Event = Pick<
  EventEnvelope,
  'aggregateId' | 'instance' | 'actor' | 'recordedAt'
>;
type Tables = Writers<AccessTables>;

/** Who decided it, and when. */
const decision = (event: Event) => ({
  since: event.recordedAt,
  decided_by: actorKey(event.actor),
});

const scopeStatus =
  (status: string) =>
  (event: Event, { scopes }: Tables) =>
    scopes.patch({ id: event.aggregateId }, { status });

const actorStatus =
  (status: string) =>
  (event: Event, { actors }: Tables) =>
    actors.patch({ id: event.aggregateId }, { status, locked_until: null });

const delegationStatus =
  (status: string) =>
  (event: Event, { project_grants }: Tables) =>
    project_grants.patch({ id: event.aggregateId }, { status });

function addActor(
  event: Event & { payload: { organization: string } },
  { actors }: Tables,
): void {
  actors.upsert({
    id: event.aggregateId,
    instance: event.instance,
    organization: event.payload.organization,
    status: 'initial',
  });
}

function addScope(
  event: Event,
  { scopes }: Tables,
  kind: string,
  organization?: string,
): void {
  scopes.upsert({
    id: event.aggregateId,
    instance: event.instance,
    kind,
    organization,
    instance_scope: instanceAggregateId(event.instance as InstanceId),
    status: 'active',
    blocked: false,
  });
}

function putProjectRole(
  event: Event & {
    payload: {
      key: string;
      name: string;
      description?: string;
      permissions: readonly RolePermission[];
    };
  },
  { project_roles, scopes }: Tables,
): void {
  const { key, name, description, permissions } = event.payload;
  const project = event.aggregateId;
  const before = project_roles.get({ project, key });
  project_roles.upsert({
    project,
    key,
    instance: event.instance,
    organization: scopes.get({ id: project })!.organization!,
    name,
    description,
    permissions,
    patterns: [...new Set(permissions.map(({ pattern }) => pattern))],
    status: before?.status ?? 'active',
    effective: before?.effective ?? true,
    created_at: before?.created_at ?? event.recordedAt,
  });
}

/** Whose scope it is: null for an instance. */
function organizationOf({ scopes }: Tables, scope: string): string | null {
  return scopes.get({ id: scope })?.organization ?? null;
}

/** `organization` of `iam.organization/<uuid>`. */
function kindOf(scope: string): string {
  return scope.slice('iam.'.length, scope.indexOf('/'));
}

export const accessProjection = defineProjection({
  name: 'access',
  version: 1,
  tables: accessTables,
  events: [
    instanceAdded,
    instanceLimitsChanged,
    instanceRemovalStarted,
    instanceRemoved,
    organizationAdded,
    organizationDeactivated,
    organizationReactivated,
    organizationRemovalStarted,
    organizationRemoved,
    projectAdded,
    projectDeactivated,
    projectReactivated,
    projectRemovalStarted,
    projectRemoved,
    projectRoleAdded,
    projectRoleChanged,
    projectRoleRemovalStarted,
    projectRoleRemovalCancelled,
    projectRoleRemoved,
    projectGrantAdded,
    projectGrantRolesChanged,
    projectGrantDeactivated,
    projectGrantReactivated,
    projectGrantRemovalStarted,
    projectGrantRemoved,
    humanAdded,
    machineAdded,
    userInvited,
    userActivated,
    userDeactivated,
    userReactivated,
    userLocked,
    userUnlocked,
    userRemoved,
    userErased,
    groupJoined,
    groupLeft,
    roleGranted,
    roleRevoked,
    accessClosed,
    subgroupAdded,
    subgroupRemoved,
    groupDropped,
    administratorRoleAssigned,
    administratorRoleUnassigned,
    administrationClosed,
    administratorRoleAdded,
    administratorRoleChanged,
    administratorRoleRemovalStarted,
    administratorRoleRemovalCancelled,
    administratorRoleRemoved,
  ] as const,
  on: {
    'iam.instance.added': (event, tables) =>
      addScope(event, tables, 'instance'),
    'iam.instance.limits_changed': (event, { scopes }) =>
      scopes.patch(
        { id: event.aggregateId },
        { blocked: event.payload.blocked },
      ),
    'iam.instance.removal_started': scopeStatus('removing'),
    'iam.instance.removed': scopeStatus('removed'),

    'iam.organization.added': (event, tables) =>
      addScope(event, tables, 'organization', event.aggregateId),
    'iam.organization.deactivated': scopeStatus('inactive'),
    'iam.organization.reactivated': scopeStatus('active'),
    'iam.organization.removal_started': scopeStatus('removing'),
    'iam.organization.removed': scopeStatus('removed'),

    'iam.project.added': (event, tables) =>
      addScope(event, tables, 'project', event.payload.organization),
    'iam.project.deactivated': scopeStatus('inactive'),
    'iam.project.reactivated': scopeStatus('active'),
    'iam.project.removal_started': scopeStatus('removing'),
    'iam.project.removed': (event, tables) => {
      scopeStatus('removed')(event, tables);
      const project = event.aggregateId;
      for (const { key } of tables.project_roles.find({ project })) {
        tables.project_roles.delete({ project, key });
      }
    },

    'iam.project.role_added': putProjectRole,
    'iam.project.role_changed': putProjectRole,
    'iam.project.role_removal_started': (event, { project_roles }) =>
      project_roles.patch(
        { project: event.aggregateId, key: event.payload.key },
        { status: 'removing', effective: !event.payload.withGrants },
      ),
    'iam.project.role_removal_cancelled': (event, { project_roles }) =>
      project_roles.patch(
        { project: event.aggregateId, key: event.payload.key },
        { status: 'active', effective: true },
      ),
    'iam.project.role_removed': (event, { project_roles }) =>
      project_roles.delete({
        project: event.aggregateId,
        key: event.payload.key,
      }),

    'iam.project_grant.added': (event, tables) => {
      const { project, organization, roles } = event.payload;
      tables.project_grants.upsert({
        id: event.aggregateId,
        instance: event.instance,
        project,
        project_organization: organizationOf(tables, project)!,
        organization,
        roles,
        status: 'active',
        ...decision(event),
      });
    },
    'iam.project_grant.roles_changed': (event, { project_grants }) =>
      project_grants.patch(
        { id: event.aggregateId },
        { roles: event.payload.roles },
      ),
    'iam.project_grant.deactivated': delegationStatus('inactive'),
    'iam.project_grant.reactivated': delegationStatus('active'),
    'iam.project_grant.removal_started': delegationStatus('removing'),
    'iam.project_grant.removed': (event, { project_grants }) =>
      project_grants.delete({ id: event.aggregateId }),

    'iam.user.human_added': addActor,
    'iam.user.machine_added': addActor,
    'iam.user.invited': actorStatus('invited'),
    'iam.user.activated': actorStatus('active'),
    'iam.user.deactivated': actorStatus('inactive'),
    'iam.user.reactivated': actorStatus('active'),
    'iam.user.locked': (event, { actors }) =>
      actors.patch(
        { id: event.aggregateId },
        { status: 'locked', locked_until: event.payload.until ?? null },
      ),
    'iam.user.unlocked': actorStatus('active'),
    'iam.user.removed': actorStatus('removed'),
    'iam.user.erased': actorStatus('erased'),

    'iam.access.group_joined': (event, { memberships }) =>
      memberships.upsert({
        member: event.payload.subject,
        group_id: event.payload.group,
        instance: event.instance,
        kind: 'user',
        ...decision(event),
      }),
    'iam.access.group_left': (event, { memberships }) =>
      memberships.delete({
        member: event.payload.subject,
        group_id: event.payload.group,
      }),
    'iam.access.role_granted': (event, tables) => {
      const { subject, project, role, organization, expiresAt } = event.payload;
      const owner = organizationOf(tables, project)!;
      tables.grants.upsert({
        subject,
        project,
        role,
        instance: event.instance,
        organization,
        project_organization: owner,
        project_grant:
          owner === organization
            ? null
            : projectGrantIdOf(
                project as ProjectId,
                organization as OrganizationId,
              ),
        expires_at: expiresAt ?? null,
        ...decision(event),
      });
    },
    'iam.access.role_revoked': (event, { grants }) => {
      const { subject, project, role } = event.payload;
      grants.delete({ subject, project, role });
    },
    'iam.access.closed': (event, { memberships, grants }) => {
      const { subject } = event.payload;
      for (const { member, group_id } of memberships.find({
        member: subject,
      })) {
        memberships.delete({ member, group_id });
      }
      for (const { project, role } of grants.find({ subject })) {
        grants.delete({ subject, project, role });
      }
    },

    'iam.group_hierarchy.subgroup_added': (event, { memberships }) =>
      memberships.upsert({
        member: event.payload.child,
        group_id: event.payload.parent,
        instance: event.instance,
        kind: 'group',
        ...decision(event),
      }),
    'iam.group_hierarchy.subgroup_removed': (event, { memberships }) =>
      memberships.delete({
        member: event.payload.child,
        group_id: event.payload.parent,
      }),
    'iam.group_hierarchy.group_dropped': (event, { memberships }) => {
      const { group } = event.payload;
      for (const { member, group_id } of [
        ...memberships.find({ member: group }),
        ...memberships.find({ group_id: group, kind: 'group' }),
      ]) {
        memberships.delete({ member, group_id });
      }
    },

    'iam.administration.role_assigned': (event, tables) => {
      const { scope, subject, role, expiresAt } = event.payload;
      tables.administrators.upsert({
        scope,
        subject,
        role,
        instance: event.instance,
        kind: kindOf(scope),
        organization: organizationOf(tables, scope),
        expires_at: expiresAt ?? null,
        ...decision(event),
      });
    },
    'iam.administration.role_unassigned': (event, { administrators }) => {
      const { scope, subject, role } = event.payload;
      administrators.delete({ scope, subject, role });
    },
    'iam.administration.closed': (event, { administrators }) => {
      const { scope } = event.payload;
      for (const { subject, role } of administrators.find({ scope })) {
        administrators.delete({ scope, subject, role });
      }
    },

    'iam.administrator_role.added': (event, { administrator_roles }) => {
      const { permissions, ...role } = event.payload;
      administrator_roles.upsert({
        ...role,
        id: event.aggregateId,
        instance: event.instance,
        patterns: permissions,
        status: 'active',
        effective: true,
        created_at: event.recordedAt,
      });
    },
    'iam.administrator_role.changed': (event, { administrator_roles }) => {
      const { name, description, permissions } = event.payload;
      administrator_roles.patch(
        { id: event.aggregateId },
        { name, description: description ?? null, patterns: permissions },
      );
    },
    'iam.administrator_role.removal_started': (
      event,
      { administrator_roles },
    ) =>
      administrator_roles.patch(
        { id: event.aggregateId },
        { status: 'removing', effective: !event.payload.withAssignments },
      ),
    'iam.administrator_role.removal_cancelled': (
      event,
      { administrator_roles },
    ) =>
      administrator_roles.patch(
        { id: event.aggregateId },
        { status: 'active', effective: true },
      ),
    'iam.administrator_role.removed': (event, { administrator_roles }) =>
      administrator_roles.delete({ id: event.aggregateId }),
  },
});
