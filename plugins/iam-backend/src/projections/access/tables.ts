/**
 * Everything that decides what a user may do, in one view: so all of it is at
 * one position, and a check is one statement
 * (catalog/docs/decisions/0045).
 *
 * No row here says anything about a person: who they are is in `users`.
 */
import { column, defineTable } from '@callboard/plugin-eventstore-node';
import type { RoleCondition } from '@callboard/plugin-iam-common';

/** Instances, organizations and projects: where permissions are held. */
const scopes = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    /** `instance`, `organization` or `project`. */
    kind: column.text(),
    /** Of a project: whose it is. Of an organization: itself. */
    organization: column.text().nullable(),
    /** The instance's own scope id. */
    instance_scope: column.text(),
    /** `active`, `inactive`, `removing` or `removed`. */
    status: column.text(),
    /** Of an instance: nobody in it may do anything. */
    blocked: column.boolean(),
  },
  key: ['id'],
  history: true,
});

/** Whether people and machines may act at all. */
const actors = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    organization: column.text(),
    /** As in `users`. */
    status: column.text(),
    /** When a lock ends by itself. */
    locked_until: column.timestamp().nullable(),
  },
  key: ['id'],
  history: true,
});

/** Users in groups, and groups in groups: what is held is passed on. */
const memberships = defineTable({
  columns: {
    /** A user or a group. */
    member: column.text(),
    /** The group it is in. */
    group_id: column.text(),
    instance: column.text(),
    /** `user` or `group`. */
    kind: column.text(),
    since: column.timestamp(),
    decided_by: column.text(),
  },
  key: ['member', 'group_id'],
  indexes: [{ on: ['group_id', 'kind', 'since', 'member'] }],
  history: true,
});

/** Roles of projects, granted to users and groups. */
const grants = defineTable({
  columns: {
    subject: column.text(),
    project: column.text(),
    role: column.text(),
    instance: column.text(),
    /** Whose subject it is. */
    organization: column.text(),
    /** Whose project it is. */
    project_organization: column.text(),
    /** The delegation it rests on; null in the project's own organization. */
    project_grant: column.text().nullable(),
    expires_at: column.timestamp().nullable(),
    since: column.timestamp(),
    decided_by: column.text(),
  },
  key: ['subject', 'project', 'role'],
  indexes: [
    { on: ['project', 'role', 'subject'] },
    { on: ['project', 'since', 'subject', 'role'] },
    { on: ['organization', 'since', 'subject', 'project', 'role'] },
    { on: ['project_organization', 'since', 'subject', 'project', 'role'] },
    { on: ['instance', 'since', 'subject', 'project', 'role'] },
    { on: ['expires_at'], where: 'expires_at IS NOT NULL' },
  ],
  history: true,
});

/** Administrator roles, assigned to users and groups. */
const administrators = defineTable({
  columns: {
    scope: column.text(),
    subject: column.text(),
    /** The key of a built-in role, or the id of one that was defined. */
    role: column.text(),
    instance: column.text(),
    /** `instance`, `organization` or `project`. */
    kind: column.text(),
    /** Of the scope; null for an instance. */
    organization: column.text().nullable(),
    expires_at: column.timestamp().nullable(),
    since: column.timestamp(),
    decided_by: column.text(),
  },
  key: ['scope', 'subject', 'role'],
  indexes: [
    { on: ['subject', 'scope', 'role'] },
    { on: ['instance', 'since', 'scope', 'subject', 'role'] },
    { on: ['role', 'scope', 'subject'] },
    { on: ['expires_at'], where: 'expires_at IS NOT NULL' },
  ],
  history: true,
});

/** Roles of projects, and what they carry. */
const project_roles = defineTable({
  columns: {
    project: column.text(),
    key: column.text(),
    instance: column.text(),
    organization: column.text(),
    name: column.text(),
    description: column.text().nullable(),
    permissions:
      column.json<
        readonly { pattern: string; conditions: readonly RoleCondition[] }[]
      >(),
    /** The patterns of `permissions`, to be found by. */
    patterns: column.texts(),
    /** `active` or `removing`. */
    status: column.text(),
    /** False once it is being taken away from everybody. */
    effective: column.boolean(),
    created_at: column.timestamp(),
  },
  key: ['project', 'key'],
  history: true,
});

/** Roles of projects, delegated to other organizations. */
const project_grants = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    project: column.text(),
    /** Whose project it is. */
    project_organization: column.text(),
    /** To which it is delegated. */
    organization: column.text(),
    roles: column.texts(),
    /** `active`, `inactive` or `removing`. */
    status: column.text(),
    since: column.timestamp(),
    decided_by: column.text(),
  },
  key: ['id'],
  indexes: [
    { on: ['project', 'since', 'id'] },
    { on: ['organization', 'since', 'id'] },
    { on: ['project_organization', 'since', 'id'] },
    { on: ['instance', 'since', 'id'] },
  ],
  history: true,
});

/** Administrator roles that were defined; the built-in ones are in the code. */
const administrator_roles = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    /** Whose it is; the instance's when null. */
    organization: column.text().nullable(),
    key: column.text(),
    level: column.text(),
    name: column.text(),
    description: column.text().nullable(),
    patterns: column.texts(),
    /** `active` or `removing`. */
    status: column.text(),
    /** False once it is being taken away from everybody. */
    effective: column.boolean(),
    created_at: column.timestamp(),
  },
  key: ['id'],
  indexes: [
    { on: ['instance', 'key', 'id'] },
    { on: ['organization', 'key', 'id'] },
  ],
  history: true,
});

export const accessTables = {
  scopes,
  actors,
  memberships,
  grants,
  administrators,
  project_roles,
  project_grants,
  administrator_roles,
};

export type AccessTables = typeof accessTables;
