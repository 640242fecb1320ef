/**
 * Roles of projects, granted to users and groups. Seen with `iam.grant.read` of
 * the project, of its organization, of the subject's organization or of the
 * instance; everybody sees their own.
 */
import type { Position } from '@callboard/plugin-eventstore-common';
import type {
  OrganizationId,
  ProjectId,
  SubjectId,
} from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import type { Moment } from './IamViews';
import { namesOf } from './names';
import type { Page, PageOptions, ReadOptions } from './paging/Page';
import {
  count,
  readPage,
  type ListPart,
  type ListSource,
  type OrderColumn,
  withItems,
} from './paging/readPage';
import type { QueryContext } from './QueryContext';
import type { Reach } from './ViewAuthorizer';

export interface Grant {
  readonly subject: SubjectId;
  /** Null once it is erased. */
  readonly subjectName: string | null;
  readonly project: ProjectId;
  readonly projectName: string | null;
  readonly role: string;
  /** Whose subject it is. */
  readonly organization: OrganizationId;
  /** Whose project it is. */
  readonly projectOrganization: OrganizationId;
  readonly expiresAt: string | null;
  /** Its time is over; nobody has written that down yet. */
  readonly expired: boolean;
  readonly since: string;
  readonly decidedBy: string;
  readonly position: Position;
}

export interface GrantFilter {
  readonly subject?: SubjectId;
  readonly project?: ProjectId;
  readonly role?: string;
  /** Whose subjects. */
  readonly organization?: OrganizationId;
  /** False: without those whose time is over. */
  readonly expired?: boolean;
}

const text = (sql: string): OrderColumn => ({ sql, type: 'text' });
/** Newest first, unless asked otherwise. */
const grantOrder: readonly OrderColumn[] = [
  { sql: 't.since', type: 'timestamp' },
  text('t.subject'),
  text('t.project'),
  text('t.role'),
];

export class GrantQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: GrantFilter = {},
    options: PageOptions<'since'> = {},
  ): Promise<Page<Grant>> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const source = await this.#source(caller, filter, moment, options);
    const page = await readPage(
      knex,
      source,
      { descending: true, ...options },
      ['grants', filter],
    );
    const rows = page.rows.map(found => ({
      row: views.access.toRow('grants', found),
      position: Number(found.valid_from) as Position,
    }));
    const names = await namesOf(
      this.#context,
      rows.flatMap(({ row }) => [row.subject, row.project]),
      moment,
      options,
    );
    return withItems(
      page,
      rows.map(({ row, position }) => ({
        subject: row.subject as SubjectId,
        subjectName: names.get(row.subject) ?? null,
        project: row.project as ProjectId,
        projectName: names.get(row.project) ?? null,
        role: row.role,
        organization: row.organization as OrganizationId,
        projectOrganization: row.project_organization as OrganizationId,
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

  /** How many there are that the caller may see. */
  async count(
    caller: Caller,
    filter: GrantFilter = {},
    options: ReadOptions = {},
  ): Promise<number> {
    const moment = await this.#context.momentOf(options);
    const source = await this.#source(caller, filter, moment, options);
    return count(this.#context.knex, source);
  }

  async #source(
    caller: Caller,
    filter: GrantFilter,
    moment: Moment,
    options: ReadOptions,
  ): Promise<ListSource> {
    const { views } = this.#context;
    const isOwn = caller.kind === 'user' && filter.subject === caller.user;
    const parts = isOwn
      ? [{ column: 't.subject', values: [caller.user] }]
      : partsOfGrants(
          await this.#context.reachOf(caller, 'iam.grant.read', options),
          caller.instance,
        );
    const open = await this.#context.open(views.access, moment, options);
    return {
      from: open.page('grants', 't'),
      order: grantOrder,
      parts,
      // A subject has few, which are found by it.
      bySearch: filter.subject !== undefined,
      where(query) {
        query.where('t.instance', caller.instance);
        for (const name of [
          'subject',
          'project',
          'role',
          'organization',
        ] as const) {
          if (filter[name] !== undefined) {
            query.where(`t.${name}`, filter[name]);
          }
        }
        if (filter.expired !== undefined) {
          const ended =
            't.expires_at is not null and t.expires_at <= ?::timestamptz';
          query.whereRaw(filter.expired ? ended : `not (${ended})`, [
            moment.time.toISOString(),
          ]);
        }
      },
    };
  }
}

/** What may be seen: by whose subject it is, whose project, or which. */
function partsOfGrants(reach: Reach, instance: string): ListPart[] {
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
