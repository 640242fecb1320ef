import type { Knex } from 'knex';
import type { AggregateId } from '@callboard/plugin-eventstore-common';

/**
 * Asks whoever leads a spooler to try quarantined events again.
 *
 * @returns the aggregates it was asked for, and how often each has failed
 */
export async function requestReplay(
  knex: Knex,
  spoolerId: number,
  aggregateId: AggregateId | undefined,
): Promise<Map<AggregateId, number>> {
  const { rows } = await knex.raw(
    `WITH asked AS (
      UPDATE eventstore_quarantine SET replay_at = clock_timestamp()
        WHERE spooler_id = ? AND aggregate_id = coalesce(?, aggregate_id)
        RETURNING aggregate_id, attempts
    ), told AS (
      UPDATE eventstore_spoolers SET replay_requested = true
        WHERE id = ? AND EXISTS (SELECT FROM asked)
    )
    SELECT aggregate_id, attempts FROM asked`,
    [spoolerId, aggregateId ?? null, spoolerId],
  );
  return new Map(
    rows.map((row: { aggregate_id: AggregateId; attempts: number }) => [
      row.aggregate_id,
      row.attempts,
    ]),
  );
}
