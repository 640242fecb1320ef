/**
 * Everything in the view `access` that has to do with one question, whether it
 * has an effect or not.
 */
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { RolePermission } from '@callboard/plugin-iam-common';
import type { Moment } from '../IamViews';
import type { ReadOptions } from '../paging/Page';
import type { QueryContext } from '../QueryContext';
import type { ActorFacts } from './whyNotAtAll';

export interface EdgeFacts {
  readonly member: string;
  readonly group: string;
  readonly position: number;
}

/** An administrator role that the subject or a group of it has there. */
export interface AssignmentFacts {
  readonly holder: string;
  readonly scope: string;
  readonly level: string;
  readonly role: string;
  readonly expiresAt: string | null;
  readonly position: number;
  /** Of a role that was defined and is still there. */
  readonly defined: {
    readonly name: string;
    readonly patterns: readonly string[];
    readonly effective: boolean;
  } | null;
}

/** A role of a project that the subject or a group of it has. */
export interface GrantFacts {
  readonly holder: string;
  readonly project: string;
  readonly role: string;
  readonly organization: string;
  readonly expiresAt: string | null;
  readonly position: number;
  readonly projectStatus: string;
  readonly projectOrganizationStatus: string;
  readonly defined: {
    readonly name: string;
    readonly permissions: readonly RolePermission[];
    readonly effective: boolean;
  } | null;
  /** Undefined: the project is the organization's own. */
  readonly delegation:
    | {
        readonly status: string;
        readonly roles: readonly string[];
        readonly position: number;
      }
    | 'ended'
    | undefined;
}

export interface Facts {
  readonly actor: ActorFacts;
  readonly edges: readonly EdgeFacts[];
  readonly assignments: readonly AssignmentFacts[];
  readonly grants: readonly GrantFacts[];
}

const EDGES = `
  WITH RECURSIVE up AS (
    SELECT m.member, m.group_id, m.valid_from
    FROM :first WHERE m.member = :subject
    UNION
    SELECT m.member, m.group_id, m.valid_from
    FROM up CROSS JOIN LATERAL (
      SELECT m.* FROM :next WHERE m.member = up.group_id OFFSET 0
    ) AS m
  )
  SELECT member, group_id AS "group", valid_from AS position FROM up`;

type Row = Record<string, any>; // any: as selected below

/** @returns undefined when there is no such user in the instance */
export async function readFacts(
  context: QueryContext,
  question: {
    instance: InstanceId;
    subject: string;
    scope: string;
    permission: string;
    moment: Moment;
    options: ReadOptions;
  },
): Promise<Facts | undefined> {
  const { knex, views } = context;
  const { instance, subject, scope, moment, options } = question;
  const { table } = await context.open(views.access, moment, options);
  const [actor] = await knex
    .from(table('actors', 'a'))
    .join(table('scopes', 'o'), 'o.id', 'a.organization')
    .join(table('scopes', 'i'), 'i.id', 'o.instance_scope')
    .where({ 'a.id': subject, 'a.instance': instance })
    .select(
      'a.organization',
      'a.status',
      'a.locked_until',
      'o.status as organization_status',
      'i.status as instance_status',
      'i.blocked',
    );
  if (!actor) {
    return undefined;
  }
  const { rows: edges } = await knex.raw(EDGES, {
    first: table('memberships', 'm'),
    next: table('memberships', 'm'),
    subject,
  } as never);
  const holders = [subject, ...edges.map((edge: Row) => edge.group)];
  const [target] = await knex
    .from(table('scopes', 's'))
    .where({ 's.id': scope, 's.instance': instance })
    .whereNot('s.status', 'removed')
    .select('s.id', 's.organization', 's.instance_scope');
  const reaching = target
    ? [target.id, target.organization, target.instance_scope].filter(Boolean)
    : [];
  const [assignments, grants] = await Promise.all([
    knex
      .from(table('administrators', 'ad'))
      .leftJoin(table('administrator_roles', 'ar'), 'ar.id', 'ad.role')
      .whereIn('ad.subject', holders)
      .whereIn('ad.scope', reaching)
      .where('ad.instance', instance)
      .select(
        'ad.*',
        'ad.valid_from as position',
        'ar.id as role_id',
        'ar.name as role_name',
        'ar.patterns',
        'ar.effective',
      ),
    // IAM's own permissions come from administrator roles only.
    question.permission.startsWith('iam.')
      ? []
      : knex
          .from(table('grants', 'g'))
          .join(table('scopes', 'p'), 'p.id', 'g.project')
          .join(table('scopes', 'po'), 'po.id', 'g.project_organization')
          .leftJoin(table('project_roles', 'r'), on =>
            on.on('r.project', 'g.project').andOn('r.key', 'g.role'),
          )
          .leftJoin(table('project_grants', 'd'), 'd.id', 'g.project_grant')
          .whereIn('g.subject', holders)
          .where('g.instance', instance)
          .select(
            'g.*',
            'g.valid_from as position',
            'p.status as project_status',
            'po.status as owner_status',
            'r.key as role_key',
            'r.name as role_name',
            'r.permissions',
            'r.effective',
            'd.id as delegation',
            'd.status as delegation_status',
            'd.roles as delegated',
            'd.valid_from as delegated_at',
          ),
  ]);
  return {
    actor: {
      organization: actor.organization,
      status: actor.status,
      lockedUntil: actor.locked_until?.toISOString() ?? null,
      organizationStatus: actor.organization_status,
      instanceStatus: actor.instance_status,
      blocked: actor.blocked,
    },
    edges: edges.map((edge: Row) => ({
      ...edge,
      position: Number(edge.position),
    })),
    assignments: assignments.map(toAssignment),
    grants: grants.map(toGrant),
  };
}

function toAssignment(row: Row): AssignmentFacts {
  return {
    holder: row.subject,
    scope: row.scope,
    level: row.kind,
    role: row.role,
    expiresAt: row.expires_at?.toISOString() ?? null,
    position: Number(row.position),
    defined:
      row.role_id === null
        ? null
        : {
            name: row.role_name,
            patterns: row.patterns,
            effective: row.effective,
          },
  };
}

function toGrant(row: Row): GrantFacts {
  let delegation: GrantFacts['delegation'];
  if (row.project_grant !== null) {
    delegation =
      row.delegation === null
        ? 'ended'
        : {
            status: row.delegation_status,
            roles: row.delegated,
            position: Number(row.delegated_at),
          };
  }
  return {
    holder: row.subject,
    project: row.project,
    role: row.role,
    organization: row.organization,
    expiresAt: row.expires_at?.toISOString() ?? null,
    position: Number(row.position),
    projectStatus: row.project_status,
    projectOrganizationStatus: row.owner_status,
    defined:
      row.role_key === null
        ? null
        : {
            name: row.role_name,
            permissions: row.permissions,
            effective: row.effective,
          },
    delegation,
  };
}
