/** Organizations. Seen with `iam.organization.read` of it or the instance. */
import type { OrganizationId } from '@callboard/plugin-iam-common';
import { instanceAggregateId } from '@callboard/plugin-iam-common';
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
import { readPage, withItems } from './paging/readPage';
import { isSearch } from './paging/whereSearch';
import type { QueryContext } from './QueryContext';

export interface Organization extends Named {
  readonly id: OrganizationId;
  readonly primaryDomain: string | null;
}

export interface OrganizationDomain {
  readonly domain: string;
  readonly verified: boolean;
  readonly method: string | null;
  readonly challenge: {
    readonly method: string;
    readonly token: string;
    readonly expiresAt: string;
  } | null;
  readonly failure: string | null;
  readonly addedAt: string;
}

export interface OrganizationDetails extends Organization {
  readonly domains: readonly OrganizationDomain[];
  readonly metadata: Readonly<Record<string, string>>;
}

export class OrganizationQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: NamedFilter = {},
    options: PageOptions<NamedSort> = {},
  ): Promise<Page<Organization>> {
    const { views, knex } = this.#context;
    const reach = await this.#context.reachOf(
      caller,
      'iam.organization.read',
      options,
    );
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.organizations, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('organizations', 't'),
        order: namedOrders[options.sort ?? 'name'],
        parts: reach.everywhere
          ? [{ column: 't.instance', values: [caller.instance] }]
          : [{ column: 't.id', values: reach.organizations }],
        // Each id is one row: there is no order to read them in.
        bySearch: !reach.everywhere || isSearch(filter),
        where: query => whereNamed(query, filter),
      },
      options,
      ['organizations', filter],
    );
    return withItems(
      page,
      page.rows.map(row => this.#toOrganization(row)),
    );
  }

  /**
   * One organization, as the log has it now.
   *
   * @returns undefined when there is none that the caller may see
   */
  async get(
    caller: Caller,
    id: OrganizationId,
    options: ReadOptions = {},
  ): Promise<OrganizationDetails | undefined> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.organizations, moment, {
      ...options,
      fresh: id,
    });
    const found = await knex
      .from(table('organizations', 't'))
      .where({ 't.id': id, 't.instance': caller.instance })
      .first();
    // One that is gone has no administrators; those of the instance may look.
    const scope = found?.gone ? instanceAggregateId(caller.instance) : id;
    if (
      !found ||
      !(await this.#context.may(
        caller,
        'iam.organization.read',
        scope,
        options,
      ))
    ) {
      return undefined;
    }
    const [domains, metadata] = await Promise.all([
      knex
        .from(table('domains', 't'))
        .where('t.organization', id)
        .orderByRaw('t.domain COLLATE "C"'),
      knex
        .from(table('metadata', 't'))
        .where('t.organization', id)
        .orderBy('t.key'),
    ]);
    return {
      ...this.#toOrganization(found),
      domains: domains
        .map(row => views.organizations.toRow('domains', row))
        .map(row => ({
          domain: row.domain,
          verified: row.verified,
          method: row.method,
          challenge: row.challenge,
          failure: row.failure,
          addedAt: row.added_at,
        })),
      metadata: Object.fromEntries(
        metadata.map(({ key, value }) => [key, value]),
      ),
    };
  }

  #toOrganization(found: Readonly<Record<string, unknown>>): Organization {
    const row = this.#context.views.organizations.toRow('organizations', found);
    return {
      id: row.id as OrganizationId,
      primaryDomain: row.primary_domain,
      ...toNamed(row, found.valid_from),
    };
  }
}
