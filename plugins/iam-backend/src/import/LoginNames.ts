import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { EventLog, View } from '@callboard/plugin-eventstore-node';
import { loginNameKey } from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import type { UserTables } from '../projections/users';

/** Which usernames and e-mail addresses are in use. */
export interface LoginNames {
  /**
   * @returns those of the names that were taken when it was asked, as
   * `loginNameKey` has them
   */
  taken(
    instance: InstanceId,
    names: readonly string[],
  ): Promise<ReadonlySet<string>>;
}

/** An import has time; while it runs the view has much to do. */
const TIMEOUT_MS = 60_000;

export class ViewLoginNames implements LoginNames {
  readonly #view: View<UserTables>;
  readonly #log: EventLog;
  readonly #knex: Knex;

  /** @param options - `knex`: the database that the view is in */
  constructor(options: { view: View<UserTables>; log: EventLog; knex: Knex }) {
    this.#view = options.view;
    this.#log = options.log;
    this.#knex = options.knex;
  }

  async taken(
    instance: InstanceId,
    names: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const keys = [...new Set(names.map(loginNameKey))];
    const { position: after } = await this.#log.head();
    const { table } = await this.#view.open({ after, timeoutMs: TIMEOUT_MS });
    const of = (column: 'username_key' | 'email_key') =>
      this.#knex
        .select({ key: column })
        .from(table('users'))
        .where({ instance, gone: false })
        .whereIn(column, keys);
    const rows: { key: string }[] = await of('username_key').unionAll(
      of('email_key'),
    );
    return new Set(rows.map(({ key }) => key));
  }
}
