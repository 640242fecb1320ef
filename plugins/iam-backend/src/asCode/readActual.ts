/** What is there of what a description is about, all as of one position. */
import type { InstanceId, Position } from '@callboard/plugin-eventstore-common';
import type { View } from '@callboard/plugin-eventstore-node';
import {
  builtInAdministratorRoles,
  instanceAggregateId,
  loginNameKey,
  type RolePermission,
  type UserId,
} from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import type { IamViews } from '../queries/IamViews';
import { toFields, type Desired } from './describe';
import type { Actual, Found, KnownUser } from './plan';
import {
  organizationsOf,
  resource,
  userOf,
  type FieldValue,
  type Resource,
  type Subject,
} from './resources';

export interface ReadState extends Actual {
  /** Nothing after it is in here. */
  readonly position: Position;
  /** Of everything that is there, by key. */
  readonly ids: ReadonlyMap<string, string>;
}

type Row = Record<string, any>; // any: rows of several tables

class Reading {
  readonly #views: IamViews;
  readonly #knex: Knex;
  readonly #instance: InstanceId;
  readonly #wanted: readonly Resource[];
  readonly #options: { after: Position; signal?: AbortSignal };
  readonly #found = new Map<string, Found>();
  readonly #ids = new Map<string, string>();
  /** The key of an organization, project, group or administrator role, by id. */
  readonly #keys = new Map<string, string>();
  /** The slug of an organization, by id. */
  readonly #slugs = new Map<string, string>();

  constructor(
    views: IamViews,
    instance: InstanceId,
    wanted: readonly Resource[],
    options: { after: Position; signal?: AbortSignal },
  ) {
    this.#views = views;
    this.#knex = views.knex;
    this.#instance = instance;
    this.#wanted = wanted;
    this.#options = options;
  }

  async read(position: Position): Promise<ReadState> {
    const slugs = [...new Set(this.#wanted.flatMap(organizationsOf))];
    const organizations = await this.#organizations(slugs);
    const [projects, groups] = await Promise.all([
      this.#projects(organizations),
      this.#groups(organizations),
    ]);
    await this.#administratorRoles(organizations);
    await this.#roles(projects);
    const instanceScope = instanceAggregateId(this.#instance);
    const rows = {
      delegations: await this.#access('project_grants', 'project', projects),
      memberships: await this.#access('memberships', 'group_id', groups),
      grants: [
        ...(await this.#access('grants', 'project', projects)),
        ...(await this.#access('grants', 'subject', groups)),
      ].filter(isCurrent(this.#views.clock())),
      administrators: (
        await this.#access('administrators', 'scope', [
          instanceScope,
          ...organizations,
          ...projects,
        ])
      ).filter(isCurrent(this.#views.clock())),
    };
    await this.#lookUp(rows);
    const users = await this.#users(rows);
    const names = new Map(
      [...users.values()].map(({ id, name }) => [id, name]),
    );
    this.#edges(rows, id => names.get(id as UserId));
    return {
      position,
      resources: this.#found,
      users,
      ids: this.#ids,
    };
  }

  async #rows<TTables extends object>(
    view: View<TTables & Record<string, any>>, // any: tables of any view
    table: string,
    where: (query: Knex.QueryBuilder) => void,
  ): Promise<Row[]> {
    const open = await view.open(this.#options);
    const query = this.#knex.from(open.table(table, 't')).select('t.*');
    where(query);
    return query;
  }

  #access(table: string, column: string, values: readonly string[]) {
    return values.length === 0
      ? []
      : this.#rows(this.#views.access, table, query =>
          query
            .where('t.instance', this.#instance)
            .whereRaw('?? = any(?::text[])', [`t.${column}`, [...values]]),
        );
  }

  #add(is: Resource, id: string, removing = false): void {
    this.#found.set(is.key, { resource: is, removing });
    this.#ids.set(is.key, id);
    this.#keys.set(id, is.key);
  }

  async #organizations(slugs: readonly string[]): Promise<string[]> {
    const rows = await this.#rows(
      this.#views.organizations,
      'organizations',
      query =>
        query
          .where({ 't.instance': this.#instance, 't.gone': false })
          .whereRaw('t.slug = any(?::text[])', [[...slugs]]),
    );
    const ids = rows.map(row => row.id as string);
    const metadata = await this.#rows(
      this.#views.organizations,
      'metadata',
      query => query.whereRaw('t.organization = any(?::text[])', [ids]),
    );
    for (const row of rows) {
      this.#slugs.set(row.id, row.slug);
      this.#add(
        resource.organization(row.slug, {
          name: row.name,
          active: row.status === 'active',
          ...entries(metadata.filter(each => each.organization === row.id)),
        }),
        row.id,
        row.status === 'removing',
      );
    }
    return ids;
  }

  async #projects(organizations: readonly string[]): Promise<string[]> {
    const rows = await this.#rows(this.#views.projects, 'projects', query =>
      query
        .where('t.gone', false)
        .whereRaw('t.organization = any(?::text[])', [[...organizations]])
        .whereRaw('t.slug = any(?::text[])', [this.#slugsOf('project')]),
    );
    for (const row of rows) {
      this.#add(
        resource.project(this.#slugs.get(row.organization)!, row.slug, {
          name: row.name,
          description: text(row.description),
          active: row.status === 'active',
        }),
        row.id,
        row.status === 'removing',
      );
    }
    return rows.map(row => row.id);
  }

  async #groups(organizations: readonly string[]): Promise<string[]> {
    const rows = await this.#rows(this.#views.groups, 'groups', query =>
      query
        .where('t.gone', false)
        .whereRaw('t.organization = any(?::text[])', [[...organizations]])
        .whereRaw('t.slug = any(?::text[])', [this.#slugsOf('group')]),
    );
    const ids = rows.map(row => row.id as string);
    const metadata = await this.#rows(this.#views.groups, 'metadata', query =>
      query.whereRaw('t.group_id = any(?::text[])', [ids]),
    );
    for (const row of rows) {
      this.#add(
        resource.group(this.#slugs.get(row.organization)!, row.slug, {
          name: row.name,
          description: text(row.description),
          ...entries(metadata.filter(each => each.group_id === row.id)),
        }),
        row.id,
        row.status === 'removing',
      );
    }
    return ids;
  }

  /** The slugs of all projects or groups that are named anywhere. */
  #slugsOf(kind: 'project' | 'group'): string[] {
    const prefix = `${kind} `;
    const keys = this.#wanted.flatMap(({ key, refs }) => [
      key,
      refs.project,
      refs.group,
      refs.scope,
      refs.subject && 'group' in refs.subject ? refs.subject.group : undefined,
    ]);
    return [
      ...new Set(
        keys
          .filter(key => typeof key === 'string' && key.startsWith(prefix))
          .map(key => key!.slice(key!.indexOf('/') + 1)),
      ),
    ];
  }

  async #administratorRoles(organizations: readonly string[]): Promise<void> {
    const rows = await this.#rows(
      this.#views.access,
      'administrator_roles',
      query =>
        query
          .where('t.instance', this.#instance)
          .whereRaw(
            '(t.organization is null or t.organization = any(?::text[]))',
            [[...organizations]],
          ),
    );
    for (const row of rows) {
      this.#add(
        resource.administratorRole(
          row.organization === null
            ? undefined
            : this.#slugs.get(row.organization),
          row.key,
          {
            level: row.level,
            name: row.name,
            description: text(row.description),
            permissions: [...row.patterns].sort(),
          },
        ),
        row.id,
        row.status === 'removing',
      );
    }
  }

  async #roles(projects: readonly string[]): Promise<void> {
    for (const row of await this.#access(
      'project_roles',
      'project',
      projects,
    )) {
      const is = resource.role(this.#keys.get(row.project)!, row.key, {
        name: row.name,
        description: text(row.description),
        permissions: toFields(row.permissions as RolePermission[]),
      });
      this.#found.set(is.key, {
        resource: is,
        removing: row.status === 'removing',
      });
    }
  }

  /** Names of what is only mentioned: other groups, projects, organizations. */
  async #lookUp(rows: Record<string, Row[]>): Promise<void> {
    const mentioned = Object.values(rows)
      .flat()
      .flatMap(row => [
        row.subject,
        row.member,
        row.project,
        row.organization,
        row.project_organization,
      ])
      .filter(id => typeof id === 'string' && !this.#keys.has(id));
    const unknown = [...new Set(mentioned as string[])];
    const named = async (view: View<any>, table: string) =>
      unknown.length === 0
        ? []
        : this.#rows(view, table, query =>
            query.whereRaw('t.id = any(?::text[])', [unknown]),
          );
    const projects = await named(this.#views.projects, 'projects');
    const groups = await named(this.#views.groups, 'groups');
    unknown.push(
      ...[...projects, ...groups]
        .map(row => row.organization as string)
        .filter(id => !this.#slugs.has(id)),
    );
    for (const row of await named(this.#views.organizations, 'organizations')) {
      this.#slugs.set(row.id, row.slug);
    }
    for (const row of projects) {
      const slug = this.#slugs.get(row.organization)!;
      this.#keys.set(row.id, resource.project(slug, row.slug).key);
      this.#ids.set(resource.project(slug, row.slug).key, row.id);
    }
    for (const row of groups) {
      const slug = this.#slugs.get(row.organization)!;
      this.#keys.set(row.id, resource.group(slug, row.slug).key);
      this.#ids.set(resource.group(slug, row.slug).key, row.id);
    }
    for (const [id, slug] of this.#slugs) {
      this.#ids.set(resource.organization(slug).key, id);
    }
  }

  /** Those who are named in the description, and those who are in its lists. */
  async #users(rows: Record<string, Row[]>): Promise<Map<string, KnownUser>> {
    const names = [...new Set(this.#wanted.map(userOf))].filter(
      name => name !== undefined,
    );
    const ids = Object.values(rows)
      .flat()
      .flatMap(row => [row.subject, row.member])
      .filter(id => typeof id === 'string' && id.startsWith('iam.user/'));
    const found = await this.#rows(this.#views.users, 'users', query =>
      query
        .where({ 't.instance': this.#instance, 't.gone': false })
        .whereRaw(
          '(t.username_key = any(?::text[]) or t.email_key = any(?::text[]) or t.id = any(?::text[]))',
          [names, names, [...new Set(ids)]],
        ),
    );
    const users = new Map<string, KnownUser>();
    for (const row of found) {
      if (row.username === null) {
        continue;
      }
      const known = {
        id: row.id,
        name: loginNameKey(row.username),
        organization: this.#slugs.get(row.organization),
      };
      users.set(known.name, known);
      if (row.email !== null) {
        users.set(loginNameKey(row.email), known);
      }
    }
    return users;
  }

  #edges(
    rows: Record<
      'delegations' | 'memberships' | 'grants' | 'administrators',
      Row[]
    >,
    nameOfUser: (id: string) => string | undefined,
  ): void {
    const subjectOf = (id: string): Subject | undefined => {
      const group = this.#keys.get(id);
      if (group !== undefined) {
        return { group };
      }
      const user = nameOfUser(id);
      return user === undefined ? undefined : { user };
    };
    const edge = (is: Resource | undefined, removing = false) => {
      if (is) {
        this.#found.set(is.key, { resource: is, removing });
      }
    };
    for (const row of rows.delegations) {
      edge(
        resource.delegation(
          this.#keys.get(row.project)!,
          this.#slugs.get(row.organization)!,
          { roles: [...row.roles].sort() },
        ),
        row.status === 'removing',
      );
    }
    for (const row of rows.memberships) {
      const group = this.#keys.get(row.group_id)!;
      const subject = subjectOf(row.member);
      edge(
        subject &&
          ('user' in subject
            ? resource.member(group, subject.user)
            : resource.subgroup(group, subject.group)),
      );
    }
    for (const row of rows.grants) {
      const subject = subjectOf(row.subject);
      const project = this.#keys.get(row.project)!;
      edge(subject && resource.grant(project, row.role, subject, expiry(row)));
    }
    for (const row of rows.administrators) {
      const subject = subjectOf(row.subject);
      const scope = row.kind === 'instance' ? null : this.#keys.get(row.scope)!;
      const role = Object.hasOwn(builtInAdministratorRoles, row.role)
        ? { builtIn: row.role as string }
        : { role: this.#keys.get(row.role)! };
      edge(
        subject && resource.administrator(scope, role, subject, expiry(row)),
      );
    }
  }
}

/**
 * Reads the organizations that a description names, with their projects and
 * groups, and the administrators of the instance. What it doesn't name is left
 * out, but for what is in its lists.
 *
 * @throws ViewBehindError, ViewNotReadyError
 */
export async function readActual(
  views: IamViews,
  instance: InstanceId,
  desired: Desired,
  signal?: AbortSignal,
): Promise<ReadState> {
  const { position } = await views.log.head();
  const wanted = [...desired.resources.values()].map(each => each.resource);
  return new Reading(views, instance, wanted, { after: position, signal }).read(
    position,
  );
}

/** What has ended is as good as gone. */
function isCurrent(now: Date) {
  return (row: Row) =>
    row.expires_at === null || new Date(row.expires_at) > now;
}

function expiry(row: Row): Record<string, FieldValue> {
  return {
    expiresAt: row.expires_at === null ? null : toIso(row.expires_at),
  };
}

function toIso(value: string | Date) {
  return new Date(value).toISOString();
}

/** Empty text is no text. */
function text(value: string | null): FieldValue {
  return value || null;
}

function entries(rows: readonly Row[]): Record<string, FieldValue> {
  return Object.fromEntries(
    rows.map(({ key, value }) => [`metadata.${key}`, value]),
  );
}
