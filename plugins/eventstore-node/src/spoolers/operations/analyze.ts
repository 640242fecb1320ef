import type { Knex } from 'knex';
import { tableName } from '../../projections/statements';

/** Gives the planner figures of tables that were just filled. */
export async function analyze(knex: Knex, schema: string): Promise<void> {
  const { rows } = await knex.raw(
    'SELECT tablename FROM pg_tables WHERE schemaname = ?',
    [schema],
  );
  for (const { tablename } of rows) {
    await knex.raw(`ANALYZE ${tableName(schema, tablename)}`);
  }
}
