/**
 * What depends on what, for the processes that remove things: users and groups
 * of an organization, members of a group, holders of a role. Of removals it says
 * which are under way, and of what ends by itself, when.
 *
 * It is apart from the views for people: a removal must not wait for a search
 * index, and their tables can change without anything being left behind.
 */
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import { instanceAggregateId } from '@callboard/plugin-iam-common';
import { accessEvents } from '../domain/access/events';
import { administrationEvents } from '../domain/administration/events';
import { administratorRoleEvents } from '../domain/administratorRole/events';
import { groupEvents } from '../domain/group/events';
import { instanceEvents } from '../domain/instance/events';
import { organizationEvents } from '../domain/organization/events';
import { projectEvents } from '../domain/project/events';
import { projectGrantEvents } from '../domain/projectGrant/events';
import { userEvents } from '../domain/user/events';

/** The stages of removals, and `locks`, which only end. */
export type DependentKind =
  | 'organizations'
  | 'users'
  | 'groups'
  | 'projects'
  | 'project_grants'
  | 'administrator_roles'
  | 'members'
  | 'grants'
  | 'administrators'
  | 'locks';

const tables = {
  dependents: defineTable({
    columns: {
      /** What it depends on. */
      owner: column.text(),
      kind: column.text(),
      dependent: column.text(),
      /** Of a grant or an administrator: the role. Else empty. */
      detail: column.text(),
      instance: column.text(),
      /** Of a grant: the organization that it was granted in. */
      organization: column.text().nullable(),
      /** Its own removal is under way. */
      removing: column.boolean(),
      /** When it ends by itself. */
      ends_at: column.timestamp().nullable(),
    },
    key: ['owner', 'kind', 'dependent', 'detail'],
    indexes: [
      { on: ['dependent', 'kind'] },
      { on: ['detail', 'kind'], where: `detail <> ''` },
      { on: ['ends_at'], where: 'ends_at IS NOT NULL' },
    ],
  }),
  removals: defineTable({
    columns: {
      id: column.text(),
      /** Of a project: one of its roles, or empty for all of it. */
      detail: column.text(),
      instance: column.text(),
    },
    key: ['id', 'detail'],
  }),
};

export type DependentTables = typeof tables;
type W = Writers<DependentTables>;

function add(
  { dependents }: W,
  event: EventEnvelope,
  owner: string,
  kind: DependentKind,
  dependent: string,
  more: { detail?: string; organization?: string; endsAt?: string } = {},
): void {
  dependents.upsert({
    owner,
    kind,
    dependent,
    detail: more.detail ?? '',
    instance: event.instance,
    organization: more.organization ?? null,
    removing: false,
    ends_at: more.endsAt ?? null,
  });
}

function rowsOf({ dependents }: W, dependent: string, kind: DependentKind) {
  return dependents.find({ dependent, kind });
}

function drop(writers: W, dependent: string, kind: DependentKind): void {
  rowsOf(writers, dependent, kind).forEach(row =>
    writers.dependents.delete(row),
  );
}

/** Its removal began, ended or was given up. */
function removal(kind: DependentKind) {
  const mark = (writers: W, id: string, removing: boolean) =>
    rowsOf(writers, id, kind).forEach(row =>
      writers.dependents.patch(row, { removing }),
    );
  return {
    started(event: EventEnvelope, writers: W) {
      mark(writers, event.aggregateId, true);
      open(writers, event, event.aggregateId);
    },
    cancelled(event: EventEnvelope, writers: W) {
      mark(writers, event.aggregateId, false);
      writers.removals.delete({ id: event.aggregateId, detail: '' });
    },
    ended(event: EventEnvelope, writers: W) {
      drop(writers, event.aggregateId, kind);
      writers.removals.delete({ id: event.aggregateId, detail: '' });
    },
  };
}

function open({ removals }: W, event: EventEnvelope, id: string, detail = '') {
  removals.upsert({ id, detail, instance: event.instance });
}

const organizations = removal('organizations');
const groups = removal('groups');
const projects = removal('projects');
const projectGrants = removal('project_grants');
const administratorRoles = removal('administrator_roles');

const unlock = (event: EventEnvelope, writers: W) =>
  drop(writers, event.aggregateId, 'locks');

const handlers = {
  'iam.instance.removal_started': (event: EventEnvelope, writers: W) =>
    open(writers, event, event.aggregateId),
  'iam.instance.removed': (event: EventEnvelope, { removals }: W) =>
    removals.delete({ id: event.aggregateId, detail: '' }),

  'iam.organization.added': (event: EventEnvelope, writers: W) =>
    add(
      writers,
      event,
      instanceAggregateId(event.instance),
      'organizations',
      event.aggregateId,
    ),
  'iam.organization.removal_started': organizations.started,
  'iam.organization.removed': organizations.ended,

  'iam.group.removal_started': groups.started,
  'iam.group.removed': groups.ended,
  'iam.project.removal_started': projects.started,
  'iam.project.removed': projects.ended,
  'iam.administrator_role.removal_started': administratorRoles.started,
  'iam.administrator_role.removal_cancelled': administratorRoles.cancelled,
  'iam.administrator_role.removed': administratorRoles.ended,
  'iam.project_grant.removal_started': projectGrants.started,
  'iam.project_grant.removed': projectGrants.ended,
  'iam.project_grant.withdrawal_completed': (
    event: EventEnvelope,
    { removals }: W,
  ) => removals.delete({ id: event.aggregateId, detail: 'withdrawal' }),

  'iam.user.unlocked': unlock,
  'iam.user.deactivated': unlock,
};

const known = [
  ...instanceEvents,
  ...organizationEvents,
  ...userEvents,
  ...groupEvents,
  ...projectEvents,
  ...projectGrantEvents,
  ...administratorRoleEvents,
  ...accessEvents,
  ...administrationEvents,
] as const;

type Known = (typeof known)[number];

const HANDLED = [
  'iam.instance.removal_started',
  'iam.instance.removed',
  'iam.organization.added',
  'iam.organization.removal_started',
  'iam.organization.removed',
  'iam.user.human_added',
  'iam.user.machine_added',
  'iam.user.locked',
  'iam.user.unlocked',
  'iam.user.deactivated',
  'iam.user.removed',
  'iam.group.added',
  'iam.group.removal_started',
  'iam.group.removed',
  'iam.project.added',
  'iam.project.removal_started',
  'iam.project.removed',
  'iam.project.role_removal_started',
  'iam.project.role_removal_cancelled',
  'iam.project.role_removed',
  'iam.project_grant.added',
  'iam.project_grant.roles_changed',
  'iam.project_grant.withdrawal_completed',
  'iam.project_grant.removal_started',
  'iam.project_grant.removed',
  'iam.administrator_role.added',
  'iam.administrator_role.removal_started',
  'iam.administrator_role.removal_cancelled',
  'iam.administrator_role.removed',
  'iam.access.group_joined',
  'iam.access.group_left',
  'iam.access.role_granted',
  'iam.access.role_revoked',
  'iam.access.closed',
  'iam.administration.role_assigned',
  'iam.administration.role_unassigned',
  'iam.administration.closed',
] as const satisfies readonly Known['type'][];

type Handled = Extract<Known, { readonly type: (typeof HANDLED)[number] }>;

export const dependents = defineProjection({
  name: 'dependents',
  version: 1,
  tables,
  events: known.filter((event): event is Handled =>
    (HANDLED as readonly string[]).includes(event.type),
  ),
  on: {
    ...handlers,

    'iam.user.human_added': (event, writers) =>
      add(
        writers,
        event,
        event.payload.organization,
        'users',
        event.aggregateId,
      ),
    'iam.user.machine_added': (event, writers) =>
      add(
        writers,
        event,
        event.payload.organization,
        'users',
        event.aggregateId,
      ),
    'iam.user.locked': (event, writers) => {
      const { until } = event.payload;
      if (until !== undefined) {
        const user = event.aggregateId;
        add(writers, event, user, 'locks', user, { endsAt: until });
      }
    },
    'iam.user.removed': (event, writers) => {
      drop(writers, event.aggregateId, 'users');
      drop(writers, event.aggregateId, 'locks');
    },

    'iam.group.added': (event, writers) =>
      add(
        writers,
        event,
        event.payload.organization,
        'groups',
        event.aggregateId,
      ),

    'iam.project.added': (event, writers) =>
      add(
        writers,
        event,
        event.payload.organization,
        'projects',
        event.aggregateId,
      ),
    'iam.project.role_removal_started': (event, writers) =>
      open(writers, event, event.aggregateId, event.payload.key),
    'iam.project.role_removal_cancelled': (event, { removals }) =>
      removals.delete({ id: event.aggregateId, detail: event.payload.key }),
    'iam.project.role_removed': (event, { removals }) =>
      removals.delete({ id: event.aggregateId, detail: event.payload.key }),

    'iam.project_grant.added': (event, writers) => {
      const { organization, project } = event.payload;
      for (const owner of [organization, project]) {
        add(writers, event, owner, 'project_grants', event.aggregateId);
      }
    },
    'iam.project_grant.roles_changed': (event, writers) => {
      if (event.payload.withdrawn.length > 0) {
        open(writers, event, event.aggregateId, 'withdrawal');
      }
    },

    'iam.administrator_role.added': (event, writers) =>
      add(
        writers,
        event,
        event.payload.organization ?? instanceAggregateId(event.instance),
        'administrator_roles',
        event.aggregateId,
      ),

    'iam.access.group_joined': (event, writers) => {
      const { group, subject } = event.payload;
      add(writers, event, group, 'members', subject);
    },
    'iam.access.group_left': (event, writers) => {
      const { group: owner, subject: dependent } = event.payload;
      writers.dependents.delete({
        owner,
        kind: 'members',
        dependent,
        detail: '',
      });
    },
    'iam.access.role_granted': (event, writers) => {
      const { project, subject, role, organization, expiresAt } = event.payload;
      add(writers, event, project, 'grants', subject, {
        detail: role,
        organization,
        endsAt: expiresAt,
      });
    },
    'iam.access.role_revoked': (event, writers) => {
      const { project: owner, subject: dependent, role } = event.payload;
      writers.dependents.delete({
        owner,
        kind: 'grants',
        dependent,
        detail: role,
      });
    },
    'iam.access.closed': (event, writers) => {
      drop(writers, event.payload.subject, 'members');
      drop(writers, event.payload.subject, 'grants');
    },

    'iam.administration.role_assigned': (event, writers) => {
      const { scope, subject, role, expiresAt } = event.payload;
      add(writers, event, scope, 'administrators', subject, {
        detail: role,
        endsAt: expiresAt,
      });
    },
    'iam.administration.role_unassigned': (event, writers) => {
      const { scope: owner, subject: dependent, role } = event.payload;
      writers.dependents.delete({
        owner,
        kind: 'administrators',
        dependent,
        detail: role,
      });
    },
    'iam.administration.closed': (event, writers) =>
      writers.dependents
        .find({ owner: event.payload.scope, kind: 'administrators' })
        .forEach(row => writers.dependents.delete(row)),
  },
});
