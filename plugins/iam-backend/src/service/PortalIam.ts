/** What other plugins ask of IAM, answered from its views. */
import type { InstanceId, Position } from '@callboard/plugin-eventstore-common';
import {
  userEntityRef,
  type OrganizationId,
  type Permission,
  type ScopeId,
  type UserId,
} from '@callboard/plugin-iam-common';
import type {
  Allowance,
  IamGroup,
  IamReadOptions,
  IamService,
  IamUser,
} from '@callboard/plugin-iam-node';
import type { AuthorizeOptions, Caller } from '../queries/Authorizer';
import { momentOf, type IamViews } from '../queries/IamViews';
import { ViewAuthorizer } from '../queries/ViewAuthorizer';
import { isOfIam, placesOf, toAllowances } from './allowances';
import { readGroupsOf } from './readGroupsOf';

export class PortalIam implements IamService {
  readonly #views: IamViews;
  readonly #authorizer: ViewAuthorizer;
  readonly #instance: InstanceId;

  /** @param instance - the one that the portal belongs to */
  constructor(options: { views: IamViews; instance: InstanceId }) {
    this.#views = options.views;
    this.#instance = options.instance;
    this.#authorizer = new ViewAuthorizer(options.views);
  }

  async may(
    user: UserId,
    permission: string,
    scope: ScopeId,
    options: IamReadOptions = {},
  ): Promise<boolean> {
    const settled = await this.#settle(options);
    const caller = this.#caller(user);
    if (
      await this.#authorizer.may(
        caller,
        permission as Permission,
        scope,
        settled,
      )
    ) {
      return true;
    }
    if (isOfIam(permission) || !scope.startsWith('iam.project/')) {
      return false;
    }
    const holdings = await this.#authorizer.holdingsOf(
      caller,
      permission,
      settled,
    );
    return holdings.some(
      holding =>
        holding.by === 'role' &&
        (holding.project as ScopeId) === scope &&
        holding.conditions.length === 0,
    );
  }

  async allowancesOf(
    user: UserId,
    permission: string,
    options: IamReadOptions = {},
  ): Promise<Allowance[]> {
    const settled = await this.#settle(options);
    const found = await this.#authorizer.holdingsOf(
      this.#caller(user),
      permission,
      settled,
    );
    // Whoever defines roles of a project must not make administrators with them.
    const holdings = found.filter(
      ({ by }) => by === 'administrator' || !isOfIam(permission),
    );
    if (holdings.length === 0) {
      return [];
    }
    const portal = await this.#portalOrganization(settled);
    const { organizations, owners } = placesOf(holdings, permission, portal);
    const [slugs, groups] = await Promise.all([
      this.#slugsOf(organizations, settled),
      owners ? this.groupsOf(user, settled) : [],
    ]);
    return toAllowances(holdings, {
      permission,
      portal,
      slugs,
      owned: {
        kind: 'owned',
        user,
        owners: [
          userEntityRef(user),
          ...groups.map(({ entityRef }) => entityRef),
        ],
      },
    });
  }

  async userOf(
    user: UserId,
    options: IamReadOptions = {},
  ): Promise<IamUser | undefined> {
    const { users, knex } = this.#views;
    const { table } = await users.open(await this.#settle(options));
    const found = await knex
      .from(table('users', 't'))
      .where({ 't.id': user, 't.instance': this.#instance })
      .first();
    if (!found) {
      return undefined;
    }
    const row = users.toRow('users', found);
    return {
      id: user,
      entityRef: userEntityRef(user),
      type: row.type as IamUser['type'],
      status: row.status,
      organization: row.organization as OrganizationId,
      displayName: row.display_name,
      username: row.username,
      email: row.email,
    };
  }

  async groupsOf(
    user: UserId,
    options: IamReadOptions = {},
  ): Promise<IamGroup[]> {
    const { access, groups, organizations, knex } = this.#views;
    const settled = await this.#settle(options);
    const opened = await Promise.all([
      access.open(settled),
      groups.open(settled),
      organizations.open(settled),
    ]);
    return readGroupsOf(
      knex,
      {
        memberships: opened[0].table('memberships', 'm'),
        groups: opened[1].table('groups', 'g'),
        organizations: opened[2].table('organizations', 'o'),
      },
      { user, instance: this.#instance },
    );
  }

  #caller(user: UserId): Extract<Caller, { kind: 'user' }> {
    return { kind: 'user', instance: this.#instance, user };
  }

  /** One position for all that an answer is put together from. */
  async #settle(
    options: IamReadOptions,
  ): Promise<Omit<AuthorizeOptions, 'fresh'>> {
    const { signal } = options;
    // In the first moments of a new portal no view has been filled yet.
    const { access, groups, instances, organizations, users } = this.#views;
    await Promise.all(
      [access, groups, instances, organizations, users].map(view =>
        view.ready({ signal }),
      ),
    );
    if (options.asOf !== undefined) {
      const { position } = await momentOf(this.#views, options.asOf);
      return { asOf: position, signal };
    }
    const after = options.fresh
      ? (await this.#views.log.head()).position
      : options.after;
    return { after, signal };
  }

  /** Whose projects' roles hold in all of the portal. */
  async #portalOrganization(
    options: Omit<AuthorizeOptions, 'fresh'>,
  ): Promise<OrganizationId | undefined> {
    const { instances, knex } = this.#views;
    const { table } = await instances.open(options);
    const found = await knex
      .from(table('instances', 't'))
      .where('t.instance', this.#instance)
      .first('t.default_organization');
    return found?.default_organization ?? undefined;
  }

  async #slugsOf(
    ids: readonly OrganizationId[],
    options: { readonly after?: Position; readonly asOf?: Position | Date },
  ): Promise<ReadonlyMap<OrganizationId, string>> {
    if (ids.length === 0) {
      return new Map();
    }
    const { organizations, knex } = this.#views;
    const { table } = await organizations.open(options);
    const rows = await knex
      .from(table('organizations', 't'))
      .whereIn('t.id', [...ids])
      .where('t.gone', false)
      .select('t.id', 't.slug');
    return new Map(rows.map(({ id, slug }) => [id, slug]));
  }
}
