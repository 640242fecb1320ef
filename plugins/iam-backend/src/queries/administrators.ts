/**
 * Who administers instances, organizations and projects, and the roles defined
 * for it. Administrators are seen with the permission to read those of the
 * scope's level; everybody sees what they administer themselves.
 */
import type { Position } from '@callboard/plugin-eventstore-common';
import type {
  AdministrationLevel,
  AdministratorRoleId,
  AdministratorRoleRef,
  OrganizationId,
  Permission,
  ScopeId,
  SubjectId,
} from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { namesOf } from './names';
import type { Page, PageOptions, ReadOptions } from './paging/Page';
import {
  readPage,
  type ListPart,
  type OrderColumn,
  withItems,
} from './paging/readPage';
import type { QueryContext } from './QueryContext';

export interface Administrator {
  readonly scope: ScopeId;
  readonly scopeName: string | null;
  readonly level: AdministrationLevel;
  readonly subject: SubjectId;
  readonly subjectName: string | null;
  readonly role: AdministratorRoleRef;
  readonly expiresAt: string | null;
  /** Its time is over; nobody has written that down yet. */
  readonly expired: boolean;
  readonly since: string;
  readonly decidedBy: string;
  readonly position: Position;
}

export interface AdministratorFilter {
  readonly scope?: ScopeId;
  readonly subject?: SubjectId;
  readonly role?: AdministratorRoleRef;
}

export interface DefinedAdministratorRole {
  readonly id: AdministratorRoleId;
  /** Whose it is; the instance's when null. */
  readonly organization: OrganizationId | null;
  readonly key: string;
  readonly level: AdministrationLevel;
  readonly name: string;
  readonly description: string | null;
  readonly permissions: readonly string[];
  /** `removing`: it cannot be assigned any more. */
  readonly status: 'active' | 'removing';
  readonly createdAt: string;
  readonly position: Position;
}

const PERMISSIONS: Readonly<Record<AdministrationLevel, Permission>> = {
  instance: 'iam.instance.administrator.read',
  organization: 'iam.organization.administrator.read',
  project: 'iam.project.administrator.read',
};

const text = (sql: string): OrderColumn => ({ sql, type: 'text' });
const order: readonly OrderColumn[] = [
  { sql: 't.since', type: 'timestamp' },
  text('t.scope'),
  text('t.subject'),
  text('t.role'),
];
const roleOrder = [text('t.key'), text('t.id')];

export class AdministratorQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: AdministratorFilter = {},
    options: PageOptions<'since'> = {},
  ): Promise<Page<Administrator>> {
    const { views, knex } = this.#context;
    const isOwn = caller.kind === 'user' && filter.subject === caller.user;
    const parts = isOwn
      ? [{ column: 't.subject', values: [caller.user] }]
      : await this.#parts(caller, options);
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.access, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('administrators', 't'),
        order,
        parts,
        bySearch: filter.scope !== undefined || filter.subject !== undefined,
        where(query) {
          query.where('t.instance', caller.instance);
          for (const name of ['scope', 'subject', 'role'] as const) {
            if (filter[name] !== undefined) {
              query.where(`t.${name}`, filter[name]);
            }
          }
        },
      },
      { descending: true, ...options },
      ['administrators', filter],
    );
    const rows = page.rows.map(found => ({
      row: views.access.toRow('administrators', found),
      position: Number(found.valid_from) as Position,
    }));
    const names = await namesOf(
      this.#context,
      rows.flatMap(({ row }) => [row.subject, row.scope]),
      moment,
      options,
    );
    return withItems(
      page,
      rows.map(({ row, position }) => ({
        scope: row.scope as ScopeId,
        scopeName: names.get(row.scope) ?? null,
        level: row.kind as AdministrationLevel,
        subject: row.subject as SubjectId,
        subjectName: names.get(row.subject) ?? null,
        role: row.role as AdministratorRoleRef,
        expiresAt: row.expires_at,
        expired:
          row.expires_at !== null &&
          Date.parse(row.expires_at) <= moment.time.getTime(),
        since: row.since,
        decidedBy: row.decided_by,
        position,
      })),
    );
  }

  /**
   * The administrator roles that were defined: an organization's with
   * `iam.administrator_role.read` of it, the instance's with that of any
   * organization in it, since they are assigned there.
   */
  async roles(
    caller: Caller,
    filter: { organization?: OrganizationId } = {},
    options: PageOptions<'key'> = {},
  ): Promise<Page<DefinedAdministratorRole>> {
    const { views, knex } = this.#context;
    const reach = await this.#context.reachOf(
      caller,
      'iam.administrator_role.read',
      options,
    );
    const seesAny = reach.everywhere || reach.organizations.length > 0;
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.access, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('administrator_roles', 't'),
        order: roleOrder,
        parts: [
          { column: 't.instance', values: seesAny ? [caller.instance] : [] },
        ],
        bySearch: false,
        where(query) {
          if (!reach.everywhere) {
            query.whereRaw(
              '(t.organization is null or t.organization = any(?::text[]))',
              [[...reach.organizations]],
            );
          }
          if (filter.organization !== undefined) {
            query.where('t.organization', filter.organization);
          }
        },
      },
      options,
      ['administratorRoles', filter],
    );
    return withItems(
      page,
      page.rows.map(found => {
        const row = views.access.toRow('administrator_roles', found);
        return {
          id: row.id as AdministratorRoleId,
          organization: row.organization as OrganizationId | null,
          key: row.key,
          level: row.level as AdministrationLevel,
          name: row.name,
          description: row.description,
          permissions: row.patterns,
          status: row.status as DefinedAdministratorRole['status'],
          createdAt: row.created_at,
          position: Number(found.valid_from) as Position,
        };
      }),
    );
  }

  /** What may be seen, level by level. */
  async #parts(caller: Caller, options: ReadOptions): Promise<ListPart[]> {
    const levels = Object.keys(PERMISSIONS) as AdministrationLevel[];
    const parts = await Promise.all(
      levels.map(async level => {
        const reach = await this.#context.reachOf(
          caller,
          PERMISSIONS[level],
          options,
        );
        const { everywhere, organizations, projects } = reach;
        const own = (part: ListPart): ListPart => ({
          ...part,
          also(query) {
            query.where('t.kind', level);
            part.also?.(query);
          },
        });
        if (everywhere) {
          return [own({ column: 't.instance', values: [caller.instance] })];
        }
        return [
          own({ column: 't.organization', values: organizations }),
          own({
            column: 't.scope',
            values: projects,
            also: query =>
              query.whereRaw('not t.organization = any(?::text[])', [
                [...organizations],
              ]),
          }),
        ];
      }),
    );
    return parts.flat();
  }
}
