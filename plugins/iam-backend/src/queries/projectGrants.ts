/**
 * Roles of projects that are delegated to other organizations. Seen with
 * `iam.project.read` of the project, or of either organization.
 */
import type { Position } from '@callboard/plugin-eventstore-common';
import type {
  OrganizationId,
  ProjectGrantId,
  ProjectId,
} from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { namesOf } from './names';
import type { Page, PageOptions } from './paging/Page';
import {
  readPage,
  type ListPart,
  type OrderColumn,
  withItems,
} from './paging/readPage';
import type { QueryContext } from './QueryContext';
import type { Reach } from './ViewAuthorizer';

export interface ProjectGrant {
  readonly id: ProjectGrantId;
  readonly project: ProjectId;
  readonly projectName: string | null;
  readonly projectOrganization: OrganizationId;
  readonly organization: OrganizationId;
  readonly organizationName: string | null;
  readonly roles: readonly string[];
  readonly status: 'active' | 'inactive' | 'removing';
  readonly since: string;
  readonly decidedBy: string;
  readonly position: Position;
}

export interface ProjectGrantFilter {
  readonly project?: ProjectId;
  /** To which it is delegated. */
  readonly organization?: OrganizationId;
}

const order: readonly OrderColumn[] = [
  { sql: 't.since', type: 'timestamp' },
  { sql: 't.id', type: 'text' },
];

export class ProjectGrantQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: ProjectGrantFilter = {},
    options: PageOptions<'since'> = {},
  ): Promise<Page<ProjectGrant>> {
    const { views, knex } = this.#context;
    const reach = await this.#context.reachOf(
      caller,
      'iam.project.read',
      options,
    );
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.access, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('project_grants', 't'),
        order,
        parts: partsOf(reach, caller.instance),
        where(query) {
          query.where('t.instance', caller.instance);
          for (const name of ['project', 'organization'] as const) {
            if (filter[name] !== undefined) {
              query.where(`t.${name}`, filter[name]);
            }
          }
        },
      },
      { descending: true, ...options },
      ['projectGrants', filter],
    );
    const rows = page.rows.map(found => ({
      row: views.access.toRow('project_grants', found),
      position: Number(found.valid_from) as Position,
    }));
    const names = await namesOf(
      this.#context,
      rows.flatMap(({ row }) => [row.project, row.organization]),
      moment,
      options,
    );
    return withItems(
      page,
      rows.map(({ row, position }) => ({
        id: row.id as ProjectGrantId,
        project: row.project as ProjectId,
        projectName: names.get(row.project) ?? null,
        projectOrganization: row.project_organization as OrganizationId,
        organization: row.organization as OrganizationId,
        organizationName: names.get(row.organization) ?? null,
        roles: row.roles,
        status: row.status as ProjectGrant['status'],
        since: row.since,
        decidedBy: row.decided_by,
        position,
      })),
    );
  }
}

function partsOf(reach: Reach, instance: string): ListPart[] {
  if (reach.everywhere) {
    return [{ column: 't.instance', values: [instance] }];
  }
  const { organizations, projects } = reach;
  const not = (column: string) => `not ${column} = any(?::text[])`;
  return [
    { column: 't.organization', values: organizations },
    {
      column: 't.project_organization',
      values: organizations,
      also: query =>
        query.whereRaw(not('t.organization'), [[...organizations]]),
    },
    {
      column: 't.project',
      values: projects,
      also: query =>
        query
          .whereRaw(not('t.organization'), [[...organizations]])
          .whereRaw(not('t.project_organization'), [[...organizations]]),
    },
  ];
}
