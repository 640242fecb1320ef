import type { Knex } from 'knex';

/** Nodes that have given no sign of life for some time. */
export async function selectDeadNodes(
  knex: Knex,
  silentMs: number,
): Promise<string[]> {
  const { rows } = await knex.raw(
    `SELECT node FROM eventstore_nodes
      WHERE seen_at < clock_timestamp() - ? * interval '1 millisecond'`,
    [silentMs],
  );
  return rows.map((row: { node: string }) => row.node);
}

export async function forgetDeadNodes(
  knex: Knex,
  nodes: readonly string[],
): Promise<void> {
  await knex('eventstore_nodes').whereIn('node', nodes).delete();
}
