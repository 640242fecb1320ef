/**
 * The SQL of a check. It starts from one user, follows memberships upwards, and
 * looks up what each holder has been given: every step by an index, the number
 * of rows that of the user's own groups and roles
 * (catalog/docs/decisions/0045).
 */
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { OpenView } from '@callboard/plugin-eventstore-node';
import {
  builtInAdministratorRoles,
  LEVELS,
  matchesPermission,
  permissions,
  type Level,
  type Permission,
} from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import type { AccessTables } from '../projections/access/tables';
import { matchingPatterns } from './matchingPatterns';

/** What a check is about, apart from the permission. */
export interface Subject {
  readonly instance: InstanceId;
  readonly subject: string;
  readonly time: Date;
}

type Access = OpenView<AccessTables>;

/** Bindings by name for the fragments below. */
export function subjectBindings(
  { table }: Access,
  { instance, subject, time }: Subject,
) {
  return {
    actors: table('actors', 'a'),
    actorOrganizations: table('scopes', 'o'),
    actorInstances: table('scopes', 'i'),
    memberships: table('memberships', 'm'),
    instance,
    subject,
    time: time.toISOString(),
  };
}

/**
 * `holder`: the user, if it may act at all, and every group it is in, at any
 * depth.
 */
export const HOLDERS = `
  actor AS (
    SELECT a.id FROM :actors
    JOIN :actorOrganizations ON o.id = a.organization
    JOIN :actorInstances ON i.id = o.instance_scope
    WHERE a.id = :subject AND a.instance = :instance
      AND (a.status = 'active'
        OR a.status = 'locked' AND a.locked_until <= :time::timestamptz)
      AND o.status = 'active'
      AND i.status = 'active' AND NOT i.blocked
  ),
  holder (id) AS (
    SELECT id FROM actor
    UNION
    SELECT m.group_id FROM holder AS h JOIN :memberships ON m.member = h.id
  )`;

/** The administrator roles that carry a permission, and where they count. */
export function administratorRoleBindings(
  { table }: Access,
  permission: string,
) {
  return {
    administrators: table('administrators', 'ad'),
    administratorRoles: table('administrator_roles', 'ar'),
    patterns: matchingPatterns(permission),
    builtIn: Object.entries(builtInAdministratorRoles)
      .filter(([, role]) =>
        role.permissions.some(pattern =>
          matchesPermission(pattern, permission),
        ),
      )
      .map(([key]) => key),
    levels: levelsFor(permission),
  };
}

/** `ad`: assignments of the holders that carry the permission. */
export const ADMINISTRATIONS = `
  holder AS h
  JOIN :administrators ON ad.subject = h.id AND ad.instance = :instance
    AND ad.kind = ANY(:levels)
    AND (ad.expires_at IS NULL OR ad.expires_at > :time::timestamptz)
  LEFT JOIN :administratorRoles ON ar.id = ad.role
    AND ar.effective AND ar.patterns && :patterns::text[]`;

/** Whether a row of {@link ADMINISTRATIONS} carries it. */
export const ROLE_CARRIES = `(ar.id IS NOT NULL OR ad.role = ANY(:builtIn))`;

/** `r`: roles of projects that the holders have and that carry it. */
export const GRANTS = `
  holder AS h
  JOIN :grants ON g.subject = h.id AND g.instance = :instance
    AND (g.expires_at IS NULL OR g.expires_at > :time::timestamptz)
  JOIN :projectRoles ON r.project = g.project AND r.key = g.role
    AND r.effective AND r.patterns && :patterns::text[]
  JOIN :projects ON p.id = g.project AND p.status = 'active'
  JOIN :projectOrganizations ON po.id = g.project_organization
    AND po.status = 'active'
  LEFT JOIN :projectGrants ON d.id = g.project_grant
    AND d.status = 'active' AND g.role = ANY(d.roles)`;

/** Whether a row of {@link GRANTS} is not by delegation, or that holds. */
export const DELEGATED = `(g.project_grant IS NULL OR d.id IS NOT NULL)`;

export function grantBindings({ table }: Access, permission: string) {
  return {
    grants: table('grants', 'g'),
    projectRoles: table('project_roles', 'r'),
    projects: table('scopes', 'p'),
    projectOrganizations: table('scopes', 'po'),
    projectGrants: table('project_grants', 'd'),
    patterns: matchingPatterns(permission),
  };
}

/** Whether a name is one of IAM's own permissions. */
export function isIamPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name);
}

/**
 * The levels at which an administrator role gives the permission: for one of
 * IAM's its own and wider ones, for one of another plugin any.
 */
export function levelsFor(permission: string): Level[] {
  const administered = LEVELS.filter(level => level !== 'system');
  if (!permission.startsWith('iam.')) {
    return administered;
  }
  if (!isIamPermission(permission)) {
    return [];
  }
  const narrowest = LEVELS.indexOf(permissions[permission].level);
  return administered.filter(level => LEVELS.indexOf(level) <= narrowest);
}

/** A statement with everything in its place. */
export function compile(
  knex: Knex,
  sql: string,
  bindings: Readonly<Record<string, unknown>>,
): { sql: string; bindings: readonly unknown[] } {
  return knex.raw(sql, bindings as Knex.ValueDict).toSQL();
}
