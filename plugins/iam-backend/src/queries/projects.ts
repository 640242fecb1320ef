/**
 * Projects and their roles. Seen with `iam.project.read` of the project, its
 * organization or the instance.
 */
import type { Position } from '@callboard/plugin-eventstore-common';
import type {
  OrganizationId,
  ProjectId,
  RolePermission,
} from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import {
  namedOrders,
  toNamed,
  whereNamed,
  type Named,
  type NamedFilter,
  type NamedSort,
} from './named';
import type { Page, PageOptions, ReadOptions } from './paging/Page';
import { partsOfProjects } from './paging/parts';
import { readPage, withItems } from './paging/readPage';
import { isSearch } from './paging/whereSearch';
import type { QueryContext } from './QueryContext';

export interface Project extends Named {
  readonly id: ProjectId;
  readonly organization: OrganizationId;
  readonly description: string | null;
}

export interface ProjectFilter extends NamedFilter {
  readonly organization?: OrganizationId;
}

export interface ProjectRole {
  readonly project: ProjectId;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly permissions: readonly RolePermission[];
  /** `removing`: it cannot be granted any more. */
  readonly status: 'active' | 'removing';
  readonly createdAt: string;
  readonly position: Position;
}

export class ProjectQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: ProjectFilter = {},
    options: PageOptions<NamedSort> = {},
  ): Promise<Page<Project>> {
    const { views, knex } = this.#context;
    const reach = await this.#context.reachOf(
      caller,
      'iam.project.read',
      options,
    );
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.projects, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('projects', 't'),
        order: namedOrders[options.sort ?? 'name'],
        parts: partsOfProjects(reach, caller.instance, {
          organization: filter.organization,
          project: 't.id',
          owner: 't.organization',
        }),
        bySearch: isSearch(filter),
        where: query => whereNamed(query, filter),
      },
      options,
      ['projects', filter],
    );
    return withItems(
      page,
      page.rows.map(row => this.#toProject(row)),
    );
  }

  /**
   * One project, as the log has it now.
   *
   * @returns undefined when there is none that the caller may see
   */
  async get(
    caller: Caller,
    id: ProjectId,
    options: ReadOptions = {},
  ): Promise<Project | undefined> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.projects, moment, {
      ...options,
      fresh: id,
    });
    const found = await knex
      .from(table('projects', 't'))
      .where({ 't.id': id, 't.instance': caller.instance })
      .first();
    // One that is gone has no administrators; those above it may look back.
    const scope = found?.gone ? found.organization : id;
    return found &&
      (await this.#context.may(caller, 'iam.project.read', scope, options))
      ? this.#toProject(found)
      : undefined;
  }

  /**
   * The roles of a project, by key. At most 500 (a project has no more), so they
   * come at once.
   *
   * @returns none when the caller may not see the project
   */
  async roles(
    caller: Caller,
    project: ProjectId,
    options: ReadOptions = {},
  ): Promise<readonly ProjectRole[]> {
    const { views, knex } = this.#context;
    if (
      !(await this.#context.may(caller, 'iam.project.read', project, options))
    ) {
      return [];
    }
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.access, moment, {
      ...options,
      fresh: project,
    });
    const rows = await knex
      .from(table('project_roles', 't'))
      .where({ 't.project': project, 't.instance': caller.instance })
      .orderByRaw('t.key COLLATE "C"');
    return rows.map(found => {
      const row = views.access.toRow('project_roles', found);
      return {
        project: row.project as ProjectId,
        key: row.key,
        name: row.name,
        description: row.description,
        permissions: row.permissions as readonly RolePermission[],
        status: row.status as ProjectRole['status'],
        createdAt: row.created_at,
        position: Number(found.valid_from) as Position,
      };
    });
  }

  #toProject(found: Readonly<Record<string, unknown>>): Project {
    const row = this.#context.views.projects.toRow('projects', found);
    return {
      id: row.id as ProjectId,
      organization: row.organization as OrganizationId,
      description: row.description,
      ...toNamed(row, found.valid_from),
    };
  }
}
