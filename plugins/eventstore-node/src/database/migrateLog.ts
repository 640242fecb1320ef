import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** A table of its own: other packages may migrate the same database. */
const MIGRATIONS_TABLE = 'eventstore_migrations';

const MIGRATIONS_LOCK = 1_702_258_035;

/**
 * Brings the tables of the log up to date, all steps or none.
 *
 * Knex marks a running migration with a row of its own, which a crash leaves
 * behind. Here that row is in the same transaction, and nodes that start at the
 * same time wait for one another.
 *
 * @public
 */
export async function migrateLog(knex: Knex): Promise<void> {
  await knex.transaction(async transaction => {
    await transaction.raw('select pg_advisory_xact_lock(?)', [MIGRATIONS_LOCK]);
    await transaction.migrate.latest({
      directory: resolvePackagePath(
        '@callboard/plugin-eventstore-node',
        'migrations',
      ),
      tableName: MIGRATIONS_TABLE,
    });
  });
}
