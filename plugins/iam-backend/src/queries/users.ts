/** People and machines. Seen with `iam.user.read`; everybody sees themselves. */
import type { Position } from '@callboard/plugin-eventstore-common';
import type { RowOf } from '@callboard/plugin-eventstore-node';
import {
  loginNameKey,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import type { UserTables } from '../projections/users';
import type { Caller } from './Authorizer';
import type {
  Page,
  PageOptions,
  ReadOptions,
  SearchOptions,
} from './paging/Page';
import { partsOf } from './paging/parts';
import {
  readPage,
  type ListSource,
  type OrderColumn,
  withItems,
} from './paging/readPage';
import { isSearch, whereSearch } from './paging/whereSearch';
import type { QueryContext } from './QueryContext';

export interface User {
  readonly id: UserId;
  readonly organization: OrganizationId;
  readonly type: 'human' | 'machine';
  readonly status: string;
  /** Names and addresses are null once they are erased. */
  readonly username: string | null;
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly language: string | null;
  readonly description: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** The digest of their picture. */
  readonly avatar: string | null;
  readonly phone: string | null;
  readonly phoneVerified: boolean;
  readonly lockReason: string | null;
  readonly lockedUntil: string | null;
  readonly hasSecret: boolean;
  readonly createdAt: string;
  readonly changedAt: string;
  /** The event that made it what it is. */
  readonly position: Position;
}

/** A user with what belongs to it. */
export interface UserDetails extends User {
  readonly metadata: Readonly<Record<string, string | null>>;
  readonly keys: readonly {
    readonly id: string;
    readonly publicKey: unknown;
    readonly createdAt: string;
    readonly expiresAt: string;
  }[];
  readonly tokens: readonly {
    readonly id: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly createdAt: string;
    readonly expiresAt: string;
  }[];
}

export interface UserFilter extends SearchOptions {
  readonly organization?: OrganizationId;
  readonly type?: 'human' | 'machine';
  /** Those who are gone are left out unless asked for. */
  readonly status?: readonly string[];
  /** Exactly this one, without case. */
  readonly username?: string;
  readonly email?: string;
}

export type UserSort = 'name' | 'created';

const GONE = ['removed', 'erased'];

const ID: OrderColumn = { sql: 't.id COLLATE "C"', type: 'text' };
const userOrders: Readonly<Record<UserSort, readonly OrderColumn[]>> = {
  name: [{ sql: `(coalesce(t.sort_name, '')) COLLATE "C"`, type: 'text' }, ID],
  created: [{ sql: 't.created_at', type: 'timestamp' }, ID],
};

export class UserQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  async list(
    caller: Caller,
    filter: UserFilter = {},
    options: PageOptions<UserSort> = {},
  ): Promise<Page<User>> {
    const { views, knex } = this.#context;
    const reach = await this.#context.reachOf(caller, 'iam.user.read', options);
    const moment = await this.#context.momentOf(options);
    const open = await this.#context.open(views.users, moment, options);
    const source: ListSource = {
      from: open.page('users', 't'),
      order: userOrders[options.sort ?? 'name'],
      parts: partsOf(reach, caller.instance, filter.organization),
      bySearch: isSearch(filter),
      where: query => whereUser(query, filter),
    };
    const page = await readPage(knex, source, options, ['users', filter]);
    return withItems(
      page,
      page.rows.map(row => this.#toUser(row)),
    );
  }

  /**
   * One user, as the log has it now: whoever changed it sees the change.
   *
   * @returns undefined when there is none that the caller may see
   */
  async get(
    caller: Caller,
    id: UserId,
    options: ReadOptions = {},
  ): Promise<UserDetails | undefined> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.users, moment, {
      ...options,
      fresh: id,
    });
    const found = await knex
      .from(table('users', 't'))
      .where({ 't.id': id, 't.instance': caller.instance })
      .first();
    if (!found) {
      return undefined;
    }
    const isSelf = caller.kind === 'user' && caller.user === id;
    const { organization } = found;
    if (
      !isSelf &&
      !(await this.#context.may(caller, 'iam.user.read', organization, options))
    ) {
      return undefined;
    }
    const seesCredentials =
      isSelf ||
      (await this.#context.may(
        caller,
        'iam.user.credential.read',
        organization,
        options,
      ));
    const none: Record<string, any>[] = []; // any: rows of the tables below
    const [metadata, keys, tokens] = await Promise.all([
      knex.from(table('metadata', 't')).where('t.user', id).orderBy('t.key'),
      seesCredentials
        ? knex.from(table('keys', 't')).where('t.user', id).orderBy('t.key')
        : none,
      seesCredentials
        ? knex.from(table('tokens', 't')).where('t.user', id).orderBy('t.token')
        : none,
    ]);
    return {
      ...this.#toUser(found),
      metadata: Object.fromEntries(
        metadata.map(({ key, value }) => [key, value]),
      ),
      keys: keys
        .map(row => views.users.toRow('keys', row))
        .map(row => ({
          id: row.key,
          publicKey: row.public_key,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
        })),
      tokens: tokens
        .map(row => views.users.toRow('tokens', row))
        .map(row => ({
          id: row.token,
          name: row.name,
          scopes: row.scopes,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
        })),
    };
  }

  #toUser(found: Readonly<Record<string, unknown>>): User {
    const row: RowOf<UserTables['users']> = this.#context.views.users.toRow(
      'users',
      found,
    );
    return {
      id: row.id as UserId,
      organization: row.organization as OrganizationId,
      type: row.type as User['type'],
      status: row.status,
      username: row.username,
      displayName: row.display_name,
      givenName: row.given_name,
      familyName: row.family_name,
      language: row.language,
      description: row.description,
      email: row.email,
      emailVerified: row.email_verified,
      avatar: row.avatar,
      phone: row.phone,
      phoneVerified: row.phone_verified,
      lockReason: row.lock_reason,
      lockedUntil: row.locked_until,
      hasSecret: row.has_secret,
      createdAt: row.created_at,
      changedAt: row.changed_at,
      position: Number(found.valid_from) as Position,
    };
  }
}

function whereUser(
  query: Knex.QueryBuilder,
  filter: Omit<UserFilter, 'organization'>,
): void {
  const { status, type, username, email } = filter;
  if (status === undefined) {
    query.whereRaw('t.gone = false');
  } else {
    const gone = new Set(status.map(each => GONE.includes(each)));
    if (gone.size === 1) {
      query.whereRaw('t.gone = ?', [[...gone][0]!]);
    }
    query.whereRaw('t.status = any(?::text[])', [[...status]]);
  }
  if (type !== undefined) {
    query.where('t.type', type);
  }
  if (username !== undefined) {
    query.where('t.username_key', loginNameKey(username));
  }
  if (email !== undefined) {
    query.where('t.email_key', loginNameKey(email));
  }
  whereSearch(query, filter);
}
