import type { Knex } from 'knex';

/** Forgets nodes that have given no sign of life for some time. */
export async function forgetDeadNodes(
  knex: Knex,
  silentMs: number,
): Promise<void> {
  await knex.raw(
    `DELETE FROM eventstore_nodes
      WHERE seen_at < clock_timestamp() - ? * interval '1 millisecond'`,
    [silentMs],
  );
}
