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

/*
 * Each step is a LATERAL with OFFSET 0: it is done once for each row of the step
 * before, by an index. Left to itself the planner guesses how many groups the
 * recursion finds, which it cannot know, and as of a position it preferred to
 * hash whole tables (a check took 450 ms on 100,000 users instead of 2).
 */

/**
 * `holder`: the user, if it may act at all, and every group it is in, at any
 * depth.
 */
export const HOLDERS = `
  actor AS (
    SELECT a.id FROM :actors
    CROSS JOIN LATERAL (
      SELECT o.instance_scope FROM :actorOrganizations
      WHERE o.id = a.organization AND o.status = 'active' OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
      SELECT i.id FROM :actorInstances
      WHERE i.id = o.instance_scope
        AND i.status = 'active' AND NOT i.blocked OFFSET 0
    ) AS i
    WHERE a.id = :subject AND a.instance = :instance
      AND (a.status = 'active'
        OR a.status = 'locked' AND a.locked_until <= :time::timestamptz)
  ),
  holder (id) AS (
    SELECT id FROM actor
    UNION
    SELECT m.group_id FROM holder AS h CROSS JOIN LATERAL (
      SELECT m.group_id FROM :memberships WHERE m.member = h.id OFFSET 0
    ) AS m
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

/** `ad`: assignments of the holders, `ar`: the role if it carries it. */
export const ADMINISTRATIONS = `
  holder AS h
  CROSS JOIN LATERAL (
    SELECT ad.scope, ad.kind, ad.role FROM :administrators
    WHERE ad.subject = h.id AND ad.instance = :instance
      AND ad.kind = ANY(:levels)
      AND (ad.expires_at IS NULL OR ad.expires_at > :time::timestamptz)
    OFFSET 0
  ) AS ad
  LEFT JOIN LATERAL (
    SELECT ar.id FROM :administratorRoles
    WHERE ar.id = ad.role AND ar.effective AND ar.patterns && :patterns::text[]
    OFFSET 0
  ) AS ar ON true`;

/** Whether a row of {@link ADMINISTRATIONS} carries it. */
export const ROLE_CARRIES = `(ar.id IS NOT NULL OR ad.role = ANY(:builtIn))`;

/** `r`: roles of projects that the holders have and that carry it. */
export const GRANTS = `
  holder AS h
  CROSS JOIN LATERAL (
    SELECT g.project, g.role, g.organization, g.project_organization,
      g.project_grant
    FROM :grants
    WHERE g.subject = h.id AND g.instance = :instance
      AND (g.expires_at IS NULL OR g.expires_at > :time::timestamptz)
    OFFSET 0
  ) AS g
  CROSS JOIN LATERAL (
    SELECT r.permissions FROM :projectRoles
    WHERE r.project = g.project AND r.key = g.role
      AND r.effective AND r.patterns && :patterns::text[]
    OFFSET 0
  ) AS r
  CROSS JOIN LATERAL (
    SELECT FROM :projects
    WHERE p.id = g.project AND p.status = 'active' OFFSET 0
  ) AS p
  CROSS JOIN LATERAL (
    SELECT FROM :projectOrganizations
    WHERE po.id = g.project_organization AND po.status = 'active' OFFSET 0
  ) AS po
  LEFT JOIN LATERAL (
    SELECT d.id FROM :projectGrants
    WHERE d.id = g.project_grant
      AND d.status = 'active' AND g.role = ANY(d.roles)
    OFFSET 0
  ) AS d ON true`;

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
function isIamPermission(name: string): name is Permission {
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
