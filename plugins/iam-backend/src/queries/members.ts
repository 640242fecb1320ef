/**
 * Who is in a group, and in which groups somebody is. Seen with
 * `iam.group.read` of the organization; everybody sees their own groups.
 */
import type { GroupId, SubjectId, UserId } from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { namesOf } from './names';
import type {
  Page,
  PageOptions,
  ReadOptions,
  SearchOptions,
} from './paging/Page';
import { readPage, type OrderColumn, withItems } from './paging/readPage';
import { isSearch, whereSearch } from './paging/whereSearch';
import type { QueryContext } from './QueryContext';

export interface Membership {
  readonly member: SubjectId;
  readonly memberName: string | null;
  readonly group: GroupId;
  readonly groupName: string | null;
  readonly kind: 'user' | 'group';
  readonly since: string;
  readonly decidedBy: string;
}

export interface MemberFilter extends SearchOptions {
  readonly kind?: 'user' | 'group';
}

const order: readonly OrderColumn[] = [
  { sql: 't.since', type: 'timestamp' },
  { sql: 't.member', type: 'text' },
];
const groupOrder: readonly OrderColumn[] = [
  { sql: 't.since', type: 'timestamp' },
  { sql: 't.group_id', type: 'text' },
];

export class MemberQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /** The direct members of a group, those who came last first. */
  async ofGroup(
    caller: Caller,
    group: GroupId,
    filter: MemberFilter = {},
    options: PageOptions<'since'> = {},
  ): Promise<Page<Membership>> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const organization = await this.#organizationOf('groups', group, caller);
    const isVisible =
      organization !== undefined &&
      (await this.#context.may(
        caller,
        'iam.group.read',
        organization,
        options,
      ));
    const open = await this.#context.open(views.access, moment, options);
    const names = isSearch(filter)
      ? await this.#context.open(views.users, moment, options)
      : undefined;
    return this.#read(
      {
        from: open.page('memberships', 't'),
        order,
        // By kind as well: the index has the order of one of them.
        parts: (['user', 'group'] as const)
          .filter(kind => filter.kind === undefined || filter.kind === kind)
          .map(kind => ({
            column: 't.group_id',
            values: isVisible ? [group] : [],
            also: query => query.where('t.kind', kind),
          })),
        where: query => {
          if (names) {
            const found = knex
              .from(names.page('users', 't'))
              .where({ 't.organization': organization })
              .select('t.id');
            whereSearch(found, filter);
            query.whereRaw('t.member in ?', [found as never]);
          }
        },
      },
      { descending: true, ...options },
      ['members', group, filter],
      moment,
    );
  }

  /** The groups that a user or group is directly in. */
  async groupsOf(
    caller: Caller,
    member: SubjectId,
    options: PageOptions<'since'> = {},
  ): Promise<Page<Membership>> {
    const { views } = this.#context;
    const moment = await this.#context.momentOf(options);
    const isSelf = caller.kind === 'user' && caller.user === (member as UserId);
    const organization = await this.#organizationOf(
      member.startsWith('iam.user/') ? 'users' : 'groups',
      member,
      caller,
    );
    const isVisible =
      organization !== undefined &&
      (isSelf ||
        (await this.#context.may(
          caller,
          'iam.group.read',
          organization,
          options,
        )));
    const open = await this.#context.open(views.access, moment, options);
    return this.#read(
      {
        from: open.table('memberships', 't'),
        order: groupOrder,
        parts: [{ column: 't.member', values: isVisible ? [member] : [] }],
        bySearch: true,
        where: () => {},
      },
      { descending: true, ...options },
      ['groupsOf', member],
      moment,
    );
  }

  async #read(
    source: Parameters<typeof readPage>[1],
    options: PageOptions<'since'>,
    scope: readonly unknown[],
    moment: Parameters<typeof namesOf>[2],
  ): Promise<Page<Membership>> {
    const { views, knex } = this.#context;
    const page = await readPage(knex, source, options, scope);
    const rows = page.rows.map(found =>
      views.access.toRow('memberships', found),
    );
    const names = await namesOf(
      this.#context,
      rows.flatMap(row => [row.member, row.group_id]),
      moment,
      options,
    );
    return withItems(
      page,
      rows.map(row => ({
        member: row.member as SubjectId,
        memberName: names.get(row.member) ?? null,
        group: row.group_id as GroupId,
        groupName: names.get(row.group_id) ?? null,
        kind: row.kind as Membership['kind'],
        since: row.since,
        decidedBy: row.decided_by,
      })),
    );
  }

  /** Whose a user or group is: that never changes. */
  async #organizationOf(
    name: 'users' | 'groups',
    id: string,
    caller: Caller,
  ): Promise<string | undefined> {
    const { views, knex } = this.#context;
    const options: ReadOptions = {};
    const open = await this.#context.open(
      views[name] as typeof views.users,
      { position: undefined, time: new Date() },
      { ...options, fresh: id },
    );
    const found = await knex
      .from(open.table(name as 'users', 't'))
      .where({ 't.id': id, 't.instance': caller.instance })
      .first('t.organization');
    return found?.organization;
  }
}
