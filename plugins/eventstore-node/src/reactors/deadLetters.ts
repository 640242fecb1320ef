import type { EventId } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { tableName, quote } from '../projections/statements';

/**
 * A job that has failed as often as it may. It stays until it is replayed or
 * discarded.
 *
 * @public
 */
export interface DeadLetter {
  /** Of the job. */
  readonly id: string;
  readonly reactor: string;
  readonly eventId: EventId;
  /** What the last attempt threw. */
  readonly reason: string;
  readonly attempts: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it failed last; ISO 8601. */
  readonly failedAt: string;
}

/** How many jobs of a reactor there are. @public */
export interface JobCounts {
  readonly reactor: string;
  /** Not begun yet, or pausing between two attempts. */
  readonly waiting: number;
  readonly running: number;
  /** Waiting ones that have failed before. */
  readonly retrying: number;
  readonly dead: number;
}

/** A job that nobody will attempt any more. */
const DEAD = 'attempts >= max_attempts AND locked_at IS NULL';

/** Oldest first. */
export async function selectDeadLetters(
  knex: Knex,
  schema: string,
  options: { reactor?: string; limit: number; after?: string },
): Promise<DeadLetter[]> {
  const query = knex
    .from(knex.raw(tableName(schema, 'jobs')))
    .whereRaw(DEAD)
    .where('id', '>', options.after ?? '0')
    .orderBy('id')
    .limit(options.limit);
  if (options.reactor !== undefined) {
    query.where('task_identifier', options.reactor);
  }
  const rows: any[] = await query.select('*'); // any: a library's table
  return rows.map(row => ({
    id: String(row.id),
    reactor: row.task_identifier,
    eventId: String(row.key).split('/')[1] as EventId,
    reason: row.last_error ?? 'The process died in the last attempt',
    attempts: Number(row.attempts),
    createdAt: new Date(row.created_at).toISOString(),
    failedAt: new Date(row.updated_at).toISOString(),
  }));
}

/**
 * Lets dead letters be attempted again from the first attempt on.
 *
 * @returns how many there were
 */
export async function replayDeadLetters(
  knex: Knex,
  schema: string,
  ids: readonly string[],
): Promise<number> {
  const { rows } = await knex.raw(
    `WITH again AS (
      SELECT id FROM ${quote(schema)}.reschedule_jobs(
        ARRAY(SELECT id FROM ${quote(schema)}.jobs WHERE id = ANY (?::bigint[]) AND ${DEAD}),
        run_at := now(), attempts := 0)
    )
    SELECT count(*) AS jobs,
      pg_notify('jobs:insert', json_build_object('count', count(*))::text) AS told
      FROM again`,
    [ids as string[]],
  );
  return Number(rows[0].jobs);
}

/**
 * Removes dead letters for good.
 *
 * @returns how many there were
 */
export async function discardDeadLetters(
  knex: Knex,
  schema: string,
  ids: readonly string[],
): Promise<number> {
  const { rows } = await knex.raw(
    `SELECT count(*) AS jobs FROM ${quote(schema)}.complete_jobs(
      ARRAY(SELECT id FROM ${quote(schema)}.jobs WHERE id = ANY (?::bigint[]) AND ${DEAD}))`,
    [ids as string[]],
  );
  return Number(rows[0].jobs);
}

/** Jobs by reactor; reactors without jobs are left out. */
export async function countJobs(
  knex: Knex,
  schema: string,
): Promise<JobCounts[]> {
  const { rows } = await knex.raw(
    `SELECT task_identifier AS reactor,
        count(*) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts) AS waiting,
        count(*) FILTER (WHERE locked_at IS NOT NULL) AS running,
        count(*) FILTER (WHERE locked_at IS NULL AND attempts BETWEEN 1 AND max_attempts - 1) AS retrying,
        count(*) FILTER (WHERE ${DEAD}) AS dead
      FROM ${tableName(schema, 'jobs')} GROUP BY task_identifier`,
  );
  return rows.map((row: Record<string, unknown>) => ({
    reactor: row.reactor,
    waiting: Number(row.waiting),
    running: Number(row.running),
    retrying: Number(row.retrying),
    dead: Number(row.dead),
  }));
}
