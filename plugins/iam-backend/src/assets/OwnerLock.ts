import type { Knex } from 'knex';

/** Told from other users of the database's locks. */
const NAMESPACE = 1_702_258_042;

/** Waiting takes a connection each; the rest of the plugin needs some, too. */
const AT_ONCE = 2;

/**
 * Lets one at a time, in all of the cluster, work on the images of an owner:
 * what one has stored and not referred to yet, another would clear away.
 */
export class OwnerLock {
  readonly #knex: Knex;
  readonly #waiting: (() => void)[] = [];
  #free = AT_ONCE;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async with<TResult>(
    owner: string,
    work: () => Promise<TResult>,
  ): Promise<TResult> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    try {
      return await this.#knex.transaction(async transaction => {
        await transaction.raw('SELECT pg_advisory_xact_lock(?, hashtext(?))', [
          NAMESPACE,
          owner,
        ]);
        return work();
      });
    } finally {
      const next = this.#waiting.shift();
      if (next) {
        next();
      } else {
        this.#free += 1;
      }
    }
  }
}
