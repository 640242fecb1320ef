import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type {
  AggregateId,
  Position,
  Version,
} from '@callboard/plugin-eventstore-common';
import { int8Array, textArray } from '../../log/append/encodeArray';
import type { StatementPart } from '../../projections/statements';
import { toIso } from '../tables';

/** An event that could not be applied. */
export interface FailedEvent {
  readonly aggregateId: AggregateId;
  readonly version: Version;
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
  readonly cause: string;
  /** Events of the aggregate that wait because of it, itself included. */
  readonly waiting: number;
}

/** A row of `eventstore_quarantine`. */
export interface QuarantineRow extends FailedEvent {
  readonly spoolerId: number;
  readonly attempts: number;
  /** ISO 8601. */
  readonly failedAt: string;
  /** ISO 8601; a replay was asked for and has not been tried yet. */
  readonly replayAt: string | null;
}

const MAX_CAUSE = 4_000;

/** What was thrown, for a person: message, stack, and what caused it. */
export function causeOf(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current !== undefined && parts.length < 5) {
    parts.push(
      current instanceof Error
        ? (current.stack ?? `${current.name}: ${current.message}`)
        : String(current),
    );
    current = current instanceof Error ? current.cause : undefined;
  }
  // PostgreSQL's text has no place for U+0000.
  return parts.join('\ncaused by ').replaceAll('\0', '').slice(0, MAX_CAUSE);
}

/** The quarantined aggregates of one spooler, oldest first. */
export async function selectQuarantine(
  knex: Knex,
  spoolerIds: readonly number[],
  limit?: number,
): Promise<QuarantineRow[]> {
  const query = knex('eventstore_quarantine')
    .whereIn('spooler_id', spoolerIds)
    .orderBy(['spooler_id', 'position']);
  const rows = await (limit === undefined ? query : query.limit(limit));
  return rows.map(row => ({
    spoolerId: Number(row.spooler_id),
    aggregateId: row.aggregate_id,
    version: Number(row.version) as Version,
    position: Number(row.position) as Position,
    eventId: row.event_id,
    type: row.type,
    cause: row.cause,
    waiting: Number(row.waiting),
    attempts: Number(row.attempts),
    failedAt: toIso(row.failed_at)!,
    replayAt: toIso(row.replay_at),
  }));
}

/** Puts aggregates into quarantine. */
export function quarantinePart(
  spoolerId: number,
  failed: readonly FailedEvent[],
): StatementPart {
  return {
    sql: `quarantined AS (
      INSERT INTO eventstore_quarantine (spooler_id, aggregate_id, version, position, event_id, type, cause, waiting)
      SELECT ?::bigint, f.* FROM fence, unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[]) AS f
      ON CONFLICT (spooler_id, aggregate_id) DO UPDATE SET
        version = excluded.version, position = excluded.position,
        event_id = excluded.event_id, type = excluded.type,
        cause = excluded.cause, waiting = excluded.waiting,
        attempts = CASE
          WHEN eventstore_quarantine.event_id = excluded.event_id
          THEN eventstore_quarantine.attempts + 1 ELSE 1 END,
        replay_at = null)`,
    bindings: [
      spoolerId,
      textArray(failed.map(f => f.aggregateId)),
      int8Array(failed.map(f => f.version)),
      int8Array(failed.map(f => f.position)),
      textArray(failed.map(f => f.eventId)),
      textArray(failed.map(f => f.type)),
      textArray(failed.map(f => f.cause)),
      int8Array(failed.map(f => f.waiting)),
    ],
  };
}

/** Counts later events of aggregates that are in quarantine. */
export function waitingPart(
  spoolerId: number,
  waiting: ReadonlyMap<AggregateId, number>,
): StatementPart {
  return {
    sql: `waiting AS (
      UPDATE eventstore_quarantine AS q SET waiting = q.waiting + w.events
      FROM fence, unnest(?::text[], ?::bigint[]) AS w(aggregate_id, events)
      WHERE q.spooler_id = ? AND q.aggregate_id = w.aggregate_id)`,
    bindings: [
      textArray([...waiting.keys()]),
      int8Array([...waiting.values()]),
      spoolerId,
    ],
  };
}

/** Lets an aggregate out of quarantine. */
export function healPart(
  spoolerId: number,
  aggregateId: AggregateId,
): StatementPart {
  return {
    sql: `healed AS (
      DELETE FROM eventstore_quarantine USING fence
      WHERE spooler_id = ? AND aggregate_id = ?)`,
    bindings: [spoolerId, aggregateId],
  };
}

/** Part of a replay is done, up to this event; what comes after it waits. */
export function advancePart(
  spoolerId: number,
  last: { aggregateId: AggregateId; version: Version; position: Position },
  waiting: number,
): StatementPart {
  return {
    sql: `advanced AS (
      UPDATE eventstore_quarantine SET version = ?, position = ?, waiting = ?
      FROM fence WHERE spooler_id = ? AND aggregate_id = ?)`,
    bindings: [
      last.version + 1,
      last.position + 1,
      waiting,
      spoolerId,
      last.aggregateId,
    ],
  };
}

/** Positions of the events that used or changed a row or search, if any did. */
export interface Touched {
  readonly firstUse: number | undefined;
  readonly firstChange: number | undefined;
  readonly lastUse: number | undefined;
  readonly lastChange: number | undefined;
}

/** How a row or search is named in `eventstore_touched`. */
export function touchedKey(name: string): string {
  const table = name.slice(0, name.search(/[/?]/) + 1);
  return `${table}${createHash('sha256').update(name).digest('base64url')}`;
}

/** Notes which rows events used while others were in quarantine. */
export function touchedPart(
  spoolerId: number,
  touched: ReadonlyMap<string, Touched>,
): StatementPart {
  const values = [...touched.values()];
  return {
    sql: `touched AS (
      INSERT INTO eventstore_touched AS t (spooler_id, row_key, used_at, changed_at)
      SELECT ?::bigint, u.* FROM fence, unnest(?::text[], ?::bigint[], ?::bigint[]) AS u
      ON CONFLICT (spooler_id, row_key) DO UPDATE SET
        used_at = greatest(t.used_at, excluded.used_at),
        changed_at = greatest(t.changed_at, excluded.changed_at))`,
    bindings: [
      spoolerId,
      textArray([...touched.keys()]),
      int8Array(values.map(({ lastUse }) => lastUse ?? 0)),
      int8Array(values.map(({ lastChange }) => lastChange ?? 0)),
    ],
  };
}

/** Forgets which rows were used: nothing is in quarantine any more. */
export function untouchedPart(spoolerId: number): StatementPart {
  return {
    sql: `untouched AS (DELETE FROM eventstore_touched USING fence WHERE spooler_id = ?)`,
    bindings: [spoolerId],
  };
}

/**
 * Whether applying events now would be out of order: what they look at was
 * changed by an event with a higher position in the meantime, or what they
 * change was looked at by one.
 */
export async function isOutOfOrder(
  knex: Knex,
  spoolerId: number,
  used: ReadonlyMap<string, Touched>,
): Promise<boolean> {
  const values = [...used.values()];
  const { rows } = await knex.raw(
    `SELECT 1 FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS u(row_key, used_at, changed_at)
      JOIN eventstore_touched AS t
        ON t.spooler_id = ? AND t.row_key = u.row_key
        AND (u.used_at > 0 AND t.changed_at > u.used_at
          OR u.changed_at > 0 AND t.used_at > u.changed_at)
      LIMIT 1`,
    [
      textArray([...used.keys()]),
      int8Array(values.map(({ firstUse }) => firstUse ?? 0)),
      int8Array(values.map(({ firstChange }) => firstChange ?? 0)),
      spoolerId,
    ] as unknown as Knex.RawBinding[],
  );
  return rows.length > 0;
}

/** The replays asked for have been tried; others may have been asked for since. */
export async function closeReplay(
  knex: Knex,
  spoolerId: number,
  asked: readonly QuarantineRow[],
): Promise<void> {
  await knex.raw(
    `WITH tried AS (
      UPDATE eventstore_quarantine AS q SET replay_at = NULL
        FROM unnest(?::text[], ?::timestamptz[]) AS t(aggregate_id, replay_at)
        WHERE q.spooler_id = ? AND q.aggregate_id = t.aggregate_id
          AND q.replay_at = t.replay_at
        RETURNING q.aggregate_id
    )
    UPDATE eventstore_spoolers SET replay_requested = EXISTS (
      SELECT FROM eventstore_quarantine AS q WHERE q.spooler_id = ?
        AND q.replay_at IS NOT NULL
        AND q.aggregate_id NOT IN (SELECT aggregate_id FROM tried)
    ) WHERE id = ?`,
    [
      asked.map(({ aggregateId }) => aggregateId),
      asked.map(({ replayAt }) => replayAt),
      spoolerId,
      spoolerId,
      spoolerId,
    ] as unknown as Knex.RawBinding[],
  );
}
