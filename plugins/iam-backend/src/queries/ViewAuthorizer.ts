/** Answers checks from the view `access`. */
import { rawPrepared, type OpenView } from '@callboard/plugin-eventstore-node';
import {
  builtInAdministratorRoles,
  coversPattern,
  matchesPermission,
  type BuiltInAdministratorRole,
  type OrganizationId,
  type Permission,
  type ProjectId,
  type RoleCondition,
  type RolePermission,
  type ScopeId,
} from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import type { AccessTables } from '../projections/access/tables';
import {
  PermissionDeniedError,
  type AuthorizeOptions,
  type Authorizer,
  type Caller,
} from './Authorizer';
import { momentOf, type IamViews } from './IamViews';
import {
  ADMINISTRATIONS,
  administratorRoleBindings,
  compile,
  DELEGATED,
  grantBindings,
  GRANTS,
  HOLDERS,
  ROLE_CARRIES,
  subjectBindings,
  type Subject,
} from './permissionSql';

/** Where a caller has a permission. */
export interface Reach {
  /** In all of the instance. */
  readonly everywhere: boolean;
  readonly organizations: readonly OrganizationId[];
  readonly projects: readonly ProjectId[];
}

const EVERYWHERE: Reach = {
  everywhere: true,
  organizations: [],
  projects: [],
};
const NOWHERE: Reach = { ...EVERYWHERE, everywhere: false };

/** One way in which a caller has a permission of another plugin. */
export type Holding =
  | {
      readonly by: 'administrator';
      readonly scope: ScopeId;
      readonly level: string;
      readonly role: string;
    }
  | {
      readonly by: 'role';
      readonly project: ProjectId;
      /** Whose project it is. */
      readonly projectOrganization: OrganizationId;
      readonly role: string;
      /** In which it was granted. */
      readonly organization: OrganizationId;
      /** All of which must hold for a thing; none: it is for everything. */
      readonly conditions: readonly RoleCondition[];
    };

const IN_SCOPE = `
  ad.scope IN (
    SELECT unnest(ARRAY[s.id, s.organization, s.instance_scope])
    FROM :scopes
    WHERE s.id = :scope AND s.instance = :instance AND s.status <> 'removed'
  )`;

const MAY = `
  WITH RECURSIVE ${HOLDERS}
  SELECT EXISTS (
    SELECT FROM ${ADMINISTRATIONS} WHERE ${ROLE_CARRIES} AND ${IN_SCOPE}
  ) AS allowed`;

const REACH = `
  WITH RECURSIVE ${HOLDERS}
  SELECT DISTINCT ad.scope, ad.kind FROM ${ADMINISTRATIONS}
  CROSS JOIN LATERAL (
    SELECT FROM :scopes
    WHERE s.id = ad.scope AND s.status <> 'removed' OFFSET 0
  ) AS s
  WHERE ${ROLE_CARRIES}`;

const PATTERNS = `
  WITH RECURSIVE ${HOLDERS}
  SELECT DISTINCT ad.role, ar.patterns
  FROM holder AS h
  CROSS JOIN LATERAL (
    SELECT ad.scope, ad.role FROM :administrators
    WHERE ad.subject = h.id AND ad.instance = :instance
      AND (ad.expires_at IS NULL OR ad.expires_at > :time::timestamptz)
    OFFSET 0
  ) AS ad
  LEFT JOIN LATERAL (
    SELECT ar.patterns FROM :administratorRoles
    WHERE ar.id = ad.role AND ar.effective OFFSET 0
  ) AS ar ON true
  WHERE ${IN_SCOPE}`;

const HOLDINGS = `
  WITH RECURSIVE ${HOLDERS}
  SELECT DISTINCT 'administrator' AS by, ad.scope AS place, ad.kind AS level,
    ad.role, NULL AS organization, NULL AS project_organization,
    NULL::text AS permissions
  FROM ${ADMINISTRATIONS}
  CROSS JOIN LATERAL (
    SELECT FROM :scopes
    WHERE s.id = ad.scope AND s.status <> 'removed' OFFSET 0
  ) AS s
  WHERE ${ROLE_CARRIES}
  UNION
  SELECT 'role', g.project, NULL, g.role, g.organization, g.project_organization,
    r.permissions::text
  FROM ${GRANTS} WHERE ${DELEGATED}`;

export class ViewAuthorizer implements Authorizer {
  readonly #views: Pick<IamViews, 'knex' | 'log' | 'clock' | 'access'>;

  constructor(views: Pick<IamViews, 'knex' | 'log' | 'clock' | 'access'>) {
    this.#views = views;
  }

  async may(
    caller: Caller,
    permission: Permission,
    scope: ScopeId,
    options: AuthorizeOptions = {},
  ): Promise<boolean> {
    if (caller.kind === 'operator') {
      return true;
    }
    if (!tokenAllows(caller, permission)) {
      return false;
    }
    const [row] = await this.#ask(caller, options, MAY, access => ({
      ...administratorRoleBindings(access, permission),
      scopes: access.table('scopes', 's'),
      scope,
    }));
    return row!.allowed;
  }

  async require(
    caller: Caller,
    permission: Permission,
    scope: ScopeId,
    options?: AuthorizeOptions,
  ): Promise<void> {
    if (!(await this.may(caller, permission, scope, options))) {
      throw new PermissionDeniedError(permission, scope);
    }
  }

  async patternsOf(
    caller: Caller,
    scope: ScopeId,
    options: AuthorizeOptions = {},
  ): Promise<string[]> {
    if (caller.kind === 'operator') {
      return ['*'];
    }
    const rows = await this.#ask(caller, options, PATTERNS, access => ({
      administrators: access.table('administrators', 'ad'),
      administratorRoles: access.table('administrator_roles', 'ar'),
      scopes: access.table('scopes', 's'),
      scope,
    }));
    const patterns = rows.flatMap(
      ({ role, patterns: own }) => own ?? patternsOfBuiltIn(role),
    );
    return narrowedBy(caller.tokenScopes, [
      ...new Set<string>(patterns),
    ]).sort();
  }

  /**
   * Where the caller has one of IAM's permissions: what lists are narrowed to.
   */
  async reachOf(
    caller: Caller,
    permission: Permission,
    options: AuthorizeOptions = {},
  ): Promise<Reach> {
    if (caller.kind === 'operator') {
      return EVERYWHERE;
    }
    if (!tokenAllows(caller, permission)) {
      return NOWHERE;
    }
    const rows = await this.#ask(caller, options, REACH, access => ({
      ...administratorRoleBindings(access, permission),
      scopes: access.table('scopes', 's'),
    }));
    const ofKind = (kind: string) =>
      rows.filter(row => row.kind === kind).map(({ scope }) => scope);
    return {
      everywhere: ofKind('instance').length > 0,
      organizations: ofKind('organization').sort(),
      projects: ofKind('project').sort(),
    };
  }

  /**
   * All ways in which the caller has a permission of another plugin, by
   * administrator roles and by roles of projects. None: it is denied.
   *
   * IAM's own permissions are held through administrator roles only, so that
   * whoever defines roles of a project cannot make an administrator of it.
   */
  async holdingsOf(
    caller: Caller,
    permission: string,
    options: AuthorizeOptions = {},
  ): Promise<Holding[]> {
    if (caller.kind === 'operator' || !tokenAllows(caller, permission)) {
      return [];
    }
    const rows = await this.#ask(caller, options, HOLDINGS, access => ({
      ...administratorRoleBindings(access, permission),
      ...grantBindings(access, permission),
      scopes: access.table('scopes', 's'),
    }));
    return rows.flatMap(row => toHoldings(row, permission));
  }

  async #ask(
    caller: Extract<Caller, { kind: 'user' }>,
    options: AuthorizeOptions,
    sql: string,
    bind: (access: OpenView<AccessTables>) => Record<string, unknown>,
  ): Promise<any[]> {
    // any: rows of the statement above
    const { knex, log, access } = this.#views;
    const moment = await momentOf(this.#views, options.asOf);
    const after =
      options.fresh && moment.position === undefined
        ? (await log.head()).position
        : options.after;
    const open = await access.open({
      after,
      asOf: moment.position,
      signal: options.signal,
    });
    const subject: Subject = {
      instance: caller.instance,
      subject: caller.user,
      time: moment.time,
    };
    const statement = compile(knex, sql, {
      ...subjectBindings(open, subject),
      ...bind(open),
    });
    // As of a position the plan has to know the position: one that was made for
    // any reads whole tables (a check took 350 ms instead of 3).
    const { rows } =
      moment.position === undefined
        ? await rawPrepared(knex, statement.sql, statement.bindings)
        : await knex.raw(
            statement.sql,
            statement.bindings as Knex.RawBinding[],
          );
    return rows;
  }
}

function tokenAllows(
  { tokenScopes }: Extract<Caller, { kind: 'user' }>,
  permission: string,
): boolean {
  return (
    tokenScopes === undefined ||
    tokenScopes.some(pattern => matchesPermission(pattern, permission))
  );
}

/** What is left of patterns when a token allows no more than its scopes. */
function narrowedBy(
  tokenScopes: readonly string[] | undefined,
  patterns: readonly string[],
): string[] {
  if (tokenScopes === undefined) {
    return [...patterns];
  }
  const both = patterns.flatMap(pattern =>
    tokenScopes.flatMap(scope => {
      if (coversPattern(scope, pattern)) {
        return [pattern];
      }
      return coversPattern(pattern, scope) ? [scope] : [];
    }),
  );
  return [...new Set(both)];
}

function patternsOfBuiltIn(role: string): readonly string[] {
  return Object.hasOwn(builtInAdministratorRoles, role)
    ? builtInAdministratorRoles[role as BuiltInAdministratorRole].permissions
    : [];
}

/** A row of {@link HOLDINGS}: a role may carry the permission several times. */
function toHoldings(
  row: Record<string, any>, // any: as selected above
  permission: string,
): Holding[] {
  if (row.by === 'administrator') {
    const { place: scope, level, role } = row;
    return [{ by: 'administrator', scope, level, role }];
  }
  const carried = (JSON.parse(row.permissions) as RolePermission[]).filter(
    ({ pattern }) => matchesPermission(pattern, permission),
  );
  return carried.map(({ conditions }) => ({
    by: 'role',
    project: row.place,
    projectOrganization: row.project_organization,
    role: row.role,
    organization: row.organization,
    conditions,
  }));
}
