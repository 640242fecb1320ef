import type { Knex } from 'knex';

/** A process that ran spoolers or reactors. */
export interface NodeRow {
  readonly node: string;
  /** Names under which its jobs are locked. */
  readonly workers: readonly string[];
}

/** Nodes that have given no sign of life for some time. */
export async function selectDeadNodes(
  knex: Knex,
  silentMs: number,
): Promise<NodeRow[]> {
  const { rows } = await knex.raw(
    `SELECT node, workers FROM eventstore_nodes
      WHERE seen_at < clock_timestamp() - ? * interval '1 millisecond'`,
    [silentMs],
  );
  return rows;
}

export async function forgetDeadNodes(
  knex: Knex,
  nodes: readonly NodeRow[],
): Promise<void> {
  await knex('eventstore_nodes')
    .whereIn(
      'node',
      nodes.map(({ node }) => node),
    )
    .delete();
}
