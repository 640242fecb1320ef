/**
 * When tokens and secrets were used last. Written at most once an hour for each,
 * and beside the log: a call is no change of anything.
 */
import type { Knex } from 'knex';

const EVERY_MS = 60 * 60 * 1000;
/** Of those whose last use is known without asking; more are asked for again. */
const REMEMBERED = 10_000;

interface Credential {
  readonly user: string;
  /** Undefined: the client secret. */
  readonly token: string | undefined;
}

/** In the place of a token's id. */
const SECRET = 'secret';

export class CredentialUses {
  readonly #knex: Knex;
  readonly #clock: () => Date;
  readonly #written = new Map<string, number>();

  constructor(options: { knex: Knex; clock: () => Date }) {
    this.#knex = options.knex;
    this.#clock = options.clock;
  }

  async record({ user, token = SECRET }: Credential): Promise<void> {
    const now = this.#clock();
    const key = `${user}#${token}`;
    if (now.getTime() - (this.#written.get(key) ?? 0) < EVERY_MS) {
      return;
    }
    await this.#knex.raw(
      `INSERT INTO iam_credential_uses AS u ("user", credential, used_at)
       VALUES (?, ?, ?)
       ON CONFLICT ("user", credential) DO UPDATE SET used_at = excluded.used_at
       WHERE u.used_at < excluded.used_at - interval '1 hour'`,
      [user, token, now],
    );
    if (this.#written.size >= REMEMBERED) {
      this.#written.clear();
    }
    this.#written.set(key, now.getTime());
  }

  /** ISO 8601, to the hour; by the id of the token, or `secret`. */
  async of(user: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#knex('iam_credential_uses').where({ user });
    return new Map(
      rows.map(row => [row.credential, new Date(row.used_at).toISOString()]),
    );
  }
}
