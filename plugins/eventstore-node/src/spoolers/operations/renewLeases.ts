import type { Knex } from 'knex';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { LastEvent } from './commitBatch';
import { SPOOLER_COLUMNS, toSpoolerRow, type SpoolerRow } from '../tables';

/** What a node tells of a spooler that it leads. */
export interface LedSpooler {
  readonly id: number;
  readonly epoch: number;
  /** Where it is by now: further than written when nothing was of interest. */
  readonly position: Position;
  readonly last: LastEvent | undefined;
  readonly error: string | undefined;
}

/**
 * One node's say on all spoolers of one database, in one statement: extends the
 * leases it holds, takes those that have run out, and answers with every row.
 * Costs one read when there is nothing to extend or take.
 *
 * A row that is locked is left alone: it belongs to a batch being written, and
 * the batch extends the lease itself.
 *
 * @param run - which declarations this node runs; `watch`: all it knows
 */
export async function renewLeases(
  knex: Knex,
  options: {
    node: string;
    leaseMs: number;
    run: readonly { kind: string; name: string; version: number }[];
    watch: readonly { kind: string; name: string }[];
    led: readonly LedSpooler[];
    /** Names under which jobs of this process are locked. */
    workers: readonly string[];
  },
): Promise<SpoolerRow[]> {
  const { node, leaseMs, run, watch, led, workers } = options;
  const { rows } = await knex.raw(
    `WITH led AS (
      SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::bigint[], ?::text[], ?::text[])
        AS l(id, epoch, position, recorded_at, anchor_position, anchor_event, error)
    ), due AS (
      SELECT s.id FROM eventstore_spoolers AS s
        JOIN unnest(?::text[], ?::text[], ?::int[]) AS r(kind, name, version)
          USING (kind, name, version)
        WHERE s.state IN ('building', 'live')
          AND (s.node = ? OR s.lease_until < clock_timestamp())
        ORDER BY s.id
        FOR NO KEY UPDATE OF s SKIP LOCKED
    ), held AS (
      UPDATE eventstore_spoolers AS s SET
          node = ?,
          epoch = s.epoch + (s.node IS DISTINCT FROM ?)::int,
          lease_until = clock_timestamp() + ? * interval '1 millisecond',
          position = greatest(s.position, led.position),
          recorded_at = coalesce(led.recorded_at, s.recorded_at),
          anchor_position = coalesce(led.anchor_position, s.anchor_position),
          anchor_event = coalesce(led.anchor_event, s.anchor_event),
          error = led.error,
          failing_since = CASE
            WHEN led.error IS NULL THEN NULL
            ELSE coalesce(s.failing_since, clock_timestamp())
          END
        FROM due LEFT JOIN led ON led.id = due.id
        WHERE s.id = due.id AND (led.epoch IS NULL OR led.epoch = s.epoch)
        RETURNING ${SPOOLER_COLUMNS}
    ), alive AS (
      INSERT INTO eventstore_nodes AS n (node, seen_at, workers)
        VALUES (?, clock_timestamp(), ?::text[])
        ON CONFLICT (node) DO UPDATE
          SET seen_at = excluded.seen_at, workers = excluded.workers
          WHERE n.seen_at < excluded.seen_at - ? * interval '1 millisecond'
            OR n.workers <> excluded.workers
    )
    SELECT * FROM held
    UNION ALL
    SELECT ${SPOOLER_COLUMNS} FROM eventstore_spoolers AS s
      JOIN unnest(?::text[], ?::text[]) AS w(kind, name) USING (kind, name)
      WHERE s.id NOT IN (SELECT id FROM held)`,
    [
      led.map(l => l.id),
      led.map(l => l.epoch),
      led.map(l => l.position),
      led.map(l => l.last?.recordedAt ?? null),
      led.map(l => l.last?.position ?? null),
      led.map(l => l.last?.id ?? null),
      led.map(l => l.error ?? null),
      run.map(r => r.kind),
      run.map(r => r.name),
      run.map(r => r.version),
      node,
      node,
      node,
      leaseMs,
      node,
      workers,
      leaseMs / 2,
      watch.map(w => w.kind),
      watch.map(w => w.name),
    ] as unknown as Knex.RawBinding[],
  );
  return (rows as Record<string, unknown>[]).map(toSpoolerRow);
}

/** Gives up all leases of a node, so that others need not wait for their end. */
export async function releaseLeases(
  knex: Knex,
  options: { node: string; led: readonly LedSpooler[] },
): Promise<void> {
  const { node, led } = options;
  await knex.raw(
    `WITH gone AS (DELETE FROM eventstore_nodes WHERE node = ?)
     UPDATE eventstore_spoolers AS s SET
         node = NULL,
         lease_until = clock_timestamp(),
         position = greatest(s.position, led.position)
       FROM eventstore_spoolers AS own
         LEFT JOIN unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS led(id, epoch, position)
           ON led.id = own.id AND led.epoch = own.epoch
       WHERE s.id = own.id AND s.node = ?`,
    [
      node,
      led.map(l => l.id),
      led.map(l => l.epoch),
      led.map(l => l.position),
      node,
    ] as unknown as Knex.RawBinding[],
  );
}
