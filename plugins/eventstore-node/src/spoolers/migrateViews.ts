import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** A table of its own: the plugin migrates the same database. */
const MIGRATIONS_TABLE = 'eventstore_view_migrations';

const MIGRATIONS_LOCK = 1_702_258_036;

/**
 * Brings the tables that spoolers keep beside a plugin's views up to date, all
 * steps or none. Nodes that start at the same time wait for one another.
 */
export async function migrateViews(knex: Knex): Promise<void> {
  await knex.transaction(async transaction => {
    await transaction.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATIONS_LOCK]);
    await transaction.migrate.latest({
      directory: resolvePackagePath(
        '@callboard/plugin-eventstore-node',
        'migrations',
        'views',
      ),
      tableName: MIGRATIONS_TABLE,
    });
  });
}
