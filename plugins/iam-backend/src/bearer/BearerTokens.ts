/**
 * Machines and scripts that call with a personal access token, or with the
 * client secret of a machine, as bearer token (RFC 6750).
 *
 * Found by an indexed read of the token's digest; the log then says whether it
 * still holds, so that what was revoked, locked or put aside is worth nothing
 * from the next call on. The token itself is kept, told and logged nowhere.
 */
import { timingSafeEqual } from 'node:crypto';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { CommandRunner } from '@callboard/plugin-eventstore-node';
import type { UserId } from '@callboard/plugin-iam-common';
import { digestOf, secretPrefixes } from '../commands/secrets';
import { userAggregate } from '../domain/user/user';
import type { Caller } from '../queries/Authorizer';
import type { IamViews } from '../queries/IamViews';
import type { CredentialUses } from './CredentialUses';
import { bearerSubject, parseSubject } from './parseSubject';

const SHAPE = new RegExp(
  `^(${secretPrefixes.personalAccessToken}|${secretPrefixes.clientSecret})[A-Za-z0-9_-]{43}$`,
);

/** What was shown, and what it is good for. */
interface Found {
  readonly user: UserId;
  readonly token: string | undefined;
  readonly digest: string;
  /** Undefined: all that the user may do. */
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt: string | undefined;
}

export interface BearerTokensOptions {
  readonly views: Pick<IamViews, 'knex' | 'log' | 'clock' | 'users'>;
  readonly runner: CommandRunner;
  readonly instance: InstanceId;
  readonly uses: CredentialUses;
}

export class BearerTokens {
  readonly #options: BearerTokensOptions;

  constructor(options: BearerTokensOptions) {
    this.#options = options;
  }

  /** Whether this could be one of IAM's. */
  static isOne(token: string): boolean {
    return SHAPE.test(token);
  }

  /**
   * @returns the subject of its credentials; undefined when it is worth nothing
   */
  async verify(token: string): Promise<string | undefined> {
    if (!BearerTokens.isOne(token)) {
      return undefined;
    }
    const digest = digestOf(token);
    const isToken = token.startsWith(secretPrefixes.personalAccessToken);
    const find = (fresh: boolean) =>
      isToken
        ? this.#findToken({ digest }, fresh)
        : this.#findSecret({ secret_digest: digest }, fresh);
    // One that was made a moment ago is not in the view yet.
    const found = (await find(false)) ?? (await find(true));
    if (
      !found ||
      !isSame(found.digest, digest) ||
      !(await this.#holds(found))
    ) {
      return undefined;
    }
    await this.#options.uses.record(found);
    return bearerSubject(found);
  }

  /**
   * Who calls with credentials that {@link BearerTokens.verify} made.
   *
   * @returns undefined when they are others, or worth nothing any more
   */
  async callerOf(subject: string): Promise<Caller | undefined> {
    const parsed = parseSubject(subject);
    if (!parsed) {
      return undefined;
    }
    const { user, token } = parsed;
    const found =
      token === undefined
        ? await this.#findSecret({ id: user }, false)
        : await this.#findToken({ user, token }, false);
    if (!found || !(await this.#holds(found))) {
      return undefined;
    }
    const { instance } = this.#options;
    return { kind: 'user', instance, user, tokenScopes: found.scopes };
  }

  async #findToken(
    by: { digest: string } | { user: string; token: string },
    fresh: boolean,
  ): Promise<Found | undefined> {
    const { knex } = this.#options.views;
    const open = await this.#open(fresh);
    const row = await knex.from(open.table('tokens', 't')).where(by).first();
    return (
      row && {
        user: row.user,
        token: row.token,
        digest: row.digest,
        scopes: row.scopes,
        expiresAt: this.#options.views.users.toRow('tokens', row).expires_at,
      }
    );
  }

  async #findSecret(
    by: { secret_digest: string } | { id: string },
    fresh: boolean,
  ): Promise<Found | undefined> {
    const { knex } = this.#options.views;
    const open = await this.#open(fresh);
    const row = await knex
      .from(open.table('users', 't'))
      .where(by)
      .whereNotNull('secret_digest')
      .first();
    return (
      row && {
        user: row.id,
        token: undefined,
        digest: row.secret_digest,
        scopes: undefined,
        expiresAt: undefined,
      }
    );
  }

  async #open(fresh: boolean) {
    const { log, users } = this.#options.views;
    return users.open(fresh ? { after: (await log.head()).position } : {});
  }

  /** As the log has it now, whatever the view shows. */
  async #holds({ user, token, digest, expiresAt }: Found): Promise<boolean> {
    const { runner, instance, views } = this.#options;
    if (expiresAt && Date.parse(expiresAt) <= views.clock().getTime()) {
      return false;
    }
    const { state } = await runner.load(userAggregate, user, instance);
    if (state.status !== 'active') {
      return false;
    }
    return token === undefined
      ? state.secret !== undefined && isSame(state.secret, digest)
      : state.tokens.has(token);
  }
}

/** Digests, in constant time. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
