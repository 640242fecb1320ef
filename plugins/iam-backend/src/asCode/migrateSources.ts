import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** The plugin's views keep a table of their own in the same database. */
const MIGRATIONS_TABLE = 'iam_migrations';
const MIGRATIONS_LOCK = 1_702_258_041;

/** Brings the operator's tables up to date; nodes wait for one another. */
export async function migrateSources(knex: Knex): Promise<void> {
  await knex.transaction(async transaction => {
    await transaction.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATIONS_LOCK]);
    await transaction.migrate.latest({
      directory: resolvePackagePath(
        '@callboard/plugin-iam-backend',
        'migrations',
      ),
      tableName: MIGRATIONS_TABLE,
    });
  });
}
