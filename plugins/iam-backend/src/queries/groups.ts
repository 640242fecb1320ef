/** Groups. Seen with `iam.group.read` of their organization. */
import type { GroupId, OrganizationId } from '@callboard/plugin-iam-common';
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
import { partsOf } from './paging/parts';
import { readPage, withItems } from './paging/readPage';
import { isSearch } from './paging/whereSearch';
import type { QueryContext } from './QueryContext';

export interface Group extends Named {
  readonly id: GroupId;
  readonly organization: OrganizationId;
  readonly description: string | null;
}

export interface GroupDetails extends Group {
  readonly metadata: Readonly<Record<string, string>>;
}

export interface GroupFilter extends NamedFilter {
  readonly organization?: OrganizationId;
}

export class GroupQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: GroupFilter = {},
    options: PageOptions<NamedSort> = {},
  ): Promise<Page<Group>> {
    const { views, knex } = this.#context;
    const reach = await this.#context.reachOf(
      caller,
      'iam.group.read',
      options,
    );
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.groups, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('groups', 't'),
        order: namedOrders[options.sort ?? 'name'],
        parts: partsOf(reach, caller.instance, filter.organization),
        bySearch: isSearch(filter),
        where: query => whereNamed(query, filter),
      },
      options,
      ['groups', filter],
    );
    return withItems(
      page,
      page.rows.map(row => this.#toGroup(row)),
    );
  }

  /**
   * One group, as the log has it now.
   *
   * @returns undefined when there is none that the caller may see
   */
  async get(
    caller: Caller,
    id: GroupId,
    options: ReadOptions = {},
  ): Promise<GroupDetails | undefined> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.groups, moment, {
      ...options,
      fresh: id,
    });
    const found = await knex
      .from(table('groups', 't'))
      .where({ 't.id': id, 't.instance': caller.instance })
      .first();
    if (
      !found ||
      !(await this.#context.may(
        caller,
        'iam.group.read',
        found.organization,
        options,
      ))
    ) {
      return undefined;
    }
    const metadata = await knex
      .from(table('metadata', 't'))
      .where('t.group_id', id)
      .orderBy('t.key');
    return {
      ...this.#toGroup(found),
      metadata: Object.fromEntries(
        metadata.map(({ key, value }) => [key, value]),
      ),
    };
  }

  #toGroup(found: Readonly<Record<string, unknown>>): Group {
    const row = this.#context.views.groups.toRow('groups', found);
    return {
      id: row.id as GroupId,
      organization: row.organization as OrganizationId,
      description: row.description,
      ...toNamed(row, found.valid_from),
    };
  }
}
