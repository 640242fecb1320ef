import type { Knex } from 'knex';

/** How many rows are in a spooler's list of rows used. */
export async function countTouched(
  knex: Knex,
  spoolerId: number,
): Promise<number> {
  const counted = await knex('eventstore_touched')
    .where({ spooler_id: spoolerId })
    .count({ rows: '*' });
  return Number(counted[0]?.rows);
}
