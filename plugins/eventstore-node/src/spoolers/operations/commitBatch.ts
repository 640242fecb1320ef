import type { Knex } from 'knex';
import type { Position } from '@callboard/plugin-eventstore-common';
import { rawPrepared } from '../../database/rawPrepared';
import type { StatementPart } from '../../projections/statements';
import { DeposedError } from '../errors';

/** The last event that a spooler has seen. */
export interface LastEvent {
  readonly position: Position;
  readonly id: string;
  /** ISO 8601. */
  readonly recordedAt: string;
}

/** Where a spooler gets to with a batch. */
export interface Checkpoint {
  readonly spoolerId: number;
  readonly epoch: number;
  readonly position: Position;
  /** The last event looked at, when there was one. */
  readonly last: LastEvent | undefined;
  readonly rate: number;
  /** Events applied by the batch. */
  readonly events: number;
  /** Rows that the batch adds to `eventstore_quarantine`, less those it removes. */
  readonly quarantined: number;
  /** Whether `eventstore_touched` is still complete; undefined: as it is. */
  readonly tracked?: boolean;
  readonly leaseMs: number;
}

/**
 * A statement for few events costs less when it is prepared; for many it should
 * be planned for as many.
 */
const MAX_PREPARED = 50;

function rawOnce(knex: Knex, sql: string, bindings: readonly unknown[]) {
  return knex.raw(sql, bindings as Knex.RawBinding[]);
}

/**
 * Writes a batch and moves its checkpoint, in one statement and so in one
 * transaction: there is no moment at which a stopped process could keep one
 * open. Every part selects from `fence`, which is empty when the epoch is not
 * the spooler's own any more; then nothing is written at all.
 *
 * @param parts - see {@link StatementPart}
 * @throws DeposedError when another node leads
 */
export async function commitBatch(
  knex: Knex,
  checkpoint: Checkpoint,
  parts: readonly StatementPart[],
): Promise<void> {
  const fence = `fence AS (
    UPDATE eventstore_spoolers SET
      position = greatest(position, ?),
      recorded_at = coalesce(?::timestamptz, recorded_at),
      anchor_position = coalesce(?, anchor_position),
      anchor_event = coalesce(?, anchor_event),
      rate = ?,
      events = events + ?,
      quarantined = quarantined + ?,
      tracked = coalesce(?, tracked),
      lease_until = clock_timestamp() + ? * interval '1 millisecond',
      error = null,
      failing_since = null
    WHERE id = ? AND epoch = ? AND state IN ('building', 'live')
    RETURNING id
  )`;
  const looks = parts.flatMap(({ look }) =>
    look ? `, (SELECT count(*) FROM ${look})` : [],
  );
  const run = checkpoint.events <= MAX_PREPARED ? rawPrepared : rawOnce;
  const { rows } = await run(
    knex,
    `WITH ${[fence, ...parts.map(part => part.sql)].join(', ')}
      SELECT (SELECT count(*) FROM fence) AS fenced${looks.join('')}`,
    [
      checkpoint.position,
      checkpoint.last?.recordedAt ?? null,
      checkpoint.last?.position ?? null,
      checkpoint.last?.id ?? null,
      checkpoint.rate,
      checkpoint.events,
      checkpoint.quarantined,
      checkpoint.tracked ?? null,
      checkpoint.leaseMs,
      checkpoint.spoolerId,
      checkpoint.epoch,
      ...parts.flatMap(part => part.bindings),
    ],
  );
  if (Number(rows[0].fenced) === 0) {
    throw new DeposedError(`spooler ${checkpoint.spoolerId}`);
  }
}
