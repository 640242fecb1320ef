/**
 * Instances. The operator sees all; others their own, with
 * `iam.instance.read`.
 */
import {
  instanceAggregateId,
  type InstanceAggregateId,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import type { InstanceId, Position } from '@callboard/plugin-eventstore-common';
import type { Caller } from './Authorizer';
import { namedOrders, whereStatus, type NamedSort } from './named';
import type {
  Page,
  PageOptions,
  ReadOptions,
  SearchOptions,
} from './paging/Page';
import { readPage, withItems } from './paging/readPage';
import { isSearch, whereSearch } from './paging/whereSearch';
import type { QueryContext } from './QueryContext';

export interface Instance {
  readonly id: InstanceAggregateId;
  readonly instance: InstanceId;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly primaryDomain: string | null;
  readonly defaultOrganization: OrganizationId | null;
  readonly setUp: boolean;
  readonly blocked: boolean;
  readonly auditDays: number | null;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly position: Position;
}

export interface InstanceDetails extends Instance {
  readonly domains: readonly string[];
}

export interface InstanceFilter extends SearchOptions {
  readonly status?: readonly string[];
}

export class InstanceQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: InstanceFilter = {},
    options: PageOptions<NamedSort> = {},
  ): Promise<Page<Instance>> {
    const { views, knex } = this.#context;
    const own = instanceAggregateId(caller.instance);
    const mayOwn = await this.#mayRead(caller, own, options);
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.instances, moment, options);
    const page = await readPage(
      knex,
      {
        from: open.page('instances', 't'),
        order: namedOrders[options.sort ?? 'name'],
        parts:
          caller.kind === 'operator'
            ? [{ column: 'true', values: ['true'] }]
            : [{ column: 't.id', values: mayOwn ? [own] : [] }],
        bySearch: isSearch(filter),
        where: query => {
          whereStatus(query, filter.status);
          whereSearch(query, filter);
        },
      },
      options,
      ['instances', filter],
    );
    return withItems(
      page,
      page.rows.map(row => this.#toInstance(row)),
    );
  }

  /**
   * One instance, as the log has it now.
   *
   * @returns undefined when there is none that the caller may see
   */
  async get(
    caller: Caller,
    id: InstanceAggregateId,
    options: ReadOptions = {},
  ): Promise<InstanceDetails | undefined> {
    const { views, knex } = this.#context;
    const isOwn = id === instanceAggregateId(caller.instance);
    if (
      caller.kind !== 'operator' &&
      !(isOwn && (await this.#mayRead(caller, id, options)))
    ) {
      return undefined;
    }
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.instances, moment, {
      ...options,
      fresh: id,
    });
    const found = await knex
      .from(table('instances', 't'))
      .where('t.id', id)
      .first();
    if (!found) {
      return undefined;
    }
    const domains = await knex
      .from(table('domains', 't'))
      .where('t.instance_scope', id)
      .orderByRaw('t.domain COLLATE "C"')
      .select('t.domain');
    return {
      ...this.#toInstance(found),
      domains: domains.map(({ domain }) => domain),
    };
  }

  /** The instance whose domain a request came to; for everybody. */
  async byDomain(domain: string): Promise<InstanceId | undefined> {
    const { views, knex } = this.#context;
    const { table } = await views.instances.open();
    const found = await knex
      .from(table('domains', 't'))
      .where('t.domain', domain)
      .first('t.instance');
    return found?.instance;
  }

  #mayRead(
    caller: Caller,
    id: InstanceAggregateId,
    options: ReadOptions,
  ): Promise<boolean> {
    return this.#context.may(caller, 'iam.instance.read', id, options);
  }

  #toInstance(found: Readonly<Record<string, unknown>>): Instance {
    const row = this.#context.views.instances.toRow('instances', found);
    return {
      id: row.id as InstanceAggregateId,
      instance: row.instance as InstanceId,
      name: row.name,
      language: row.language,
      status: row.status,
      primaryDomain: row.primary_domain,
      defaultOrganization: row.default_organization as OrganizationId | null,
      setUp: row.set_up,
      blocked: row.blocked,
      auditDays: row.audit_days,
      createdAt: row.created_at,
      changedAt: row.changed_at,
      position: Number(found.valid_from) as Position,
    };
  }
}
