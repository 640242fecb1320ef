import { randomUUID } from 'node:crypto';
import { subjectErased } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { STORED_COLUMNS } from '../log/read/storedRows';
import { KEYS_FORMAT, LOG_FORMAT, RestoreError } from './backupFormat';
import { readLines, type BackupLine } from './readLines';

/** How the lines of each kind are stored; a line is a JSON array of text. */
const INSERTS: Record<string, string> = {
  event: `insert into events (position, instance, aggregate_id, version, type,
      revision, event_id, actor, actor_key, context, correlation_id,
      recorded_at, payload)
    select (l->>0)::bigint, l->>1, l->>2, (l->>3)::bigint, l->>4,
      (l->>5)::smallint, (l->>6)::uuid, (l->>7)::json, l->>8, (l->>9)::json,
      l->>10, to_timestamp((l->>11)::bigint / 1000.0), (l->>12)::json`,
  claim: `insert into claims (instance, kind, value, owner, position)
    select l->>0, l->>1, l->>2, l->>3, (l->>4)::bigint`,
  secret: `insert into secrets (name, wrapped, master_key_id)
    select l->>0, decode(l->>1, 'base64'), l->>2`,
  signing_key: `insert into signing_keys
      (kid, public_jwk, wrapped_private, master_key_id, created_at)
    select l->>0, (l->>1)::json, decode(l->>2, 'base64'), l->>3,
      (l->>4)::timestamptz`,
  seal: `insert into seals (block, first_position, last_position, leaves, head)
    select (l->>0)::bigint, (l->>1)::bigint, (l->>2)::bigint,
      decode(l->>3, 'base64'), l->>4`,
};

const INSERT_SUBJECT_KEYS = `insert into subject_keys (subject, wrapped_key,
      master_key_id, created_at, erased_at, erased_position, erased_by)
    select l->>0, decode(l->>1, 'base64'), l->>2, (l->>3)::timestamptz,
      (l->>4)::timestamptz, (l->>5)::bigint, (l->>6)::json`;

const COLUMN_COUNTS: Record<string, number> = {
  event: STORED_COLUMNS.length,
  claim: 5,
  secret: 3,
  signing_key: 5,
  seal: 5,
  subject_key: 7,
};

/** What a restore brought back. @public */
export interface RestoreResult {
  readonly events: number;
  readonly claims: number;
  readonly seals: number;
}

/**
 * Restores a log from {@link backupLog}'s text into a database that has the
 * tables of the log and no events. All of it or nothing: it is one transaction.
 *
 * The log becomes a new incarnation, so views that were built from another one
 * notice and are rebuilt.
 *
 * @throws RestoreError naming the line at fault
 * @public
 */
export async function restoreLog(
  knex: Knex,
  source: AsyncIterable<string | Uint8Array>,
): Promise<RestoreResult> {
  return knex.transaction(async transaction => {
    await lockEmpty(transaction);
    const counts = { event: 0, claim: 0, seal: 0, secret: 0, signing_key: 0 };
    let head: number | undefined;
    let position = 0;
    for await (const piece of readLines(source)) {
      if ('header' in piece) {
        requireFormat(piece.header.format, LOG_FORMAT);
        head = piece.header.head;
        continue;
      }
      for (const { kind, lines } of byKind(piece.lines)) {
        if (!(kind in INSERTS)) {
          throw new RestoreError(`has the unknown kind '${kind}'`, {
            line: lines[0]!.line,
          });
        }
        if (kind === 'event') {
          position = checkPositions(lines, position);
        }
        counts[kind as keyof typeof counts] += lines.length;
        await insert(transaction, kind, lines);
      }
    }
    if (position !== head) {
      throw new RestoreError(
        `The backup says its last event is ${head}, but it ends at ${position}`,
      );
    }
    await transaction('incarnation').update({ id: randomUUID() });
    return { events: counts.event, claims: counts.claim, seals: counts.seal };
  });
}

/**
 * Restores the keys of subjects from {@link backupSubjectKeys}'s text, after the
 * log. Subjects that are erased in the database, or of whose erasure the log
 * tells, stay erased.
 *
 * @returns how many keys there are in it
 * @throws RestoreError naming the line at fault
 * @public
 */
export async function restoreSubjectKeys(
  knex: Knex,
  source: AsyncIterable<string | Uint8Array>,
): Promise<number> {
  return knex.transaction(async transaction => {
    let keys = 0;
    for await (const piece of readLines(source)) {
      if ('header' in piece) {
        requireFormat(piece.header.format, KEYS_FORMAT);
        continue;
      }
      const other = piece.lines.find(({ kind }) => kind !== 'subject_key');
      if (other) {
        throw new RestoreError(`has the unknown kind '${other.kind}'`, {
          line: other.line,
        });
      }
      keys += piece.lines.length;
      await insert(transaction, 'subject_key', piece.lines);
    }
    // Keys from before an erasure that the log tells of do not come back.
    await transaction.raw(
      `update subject_keys set wrapped_key = null, master_key_id = null,
          erased_at = e.recorded_at, erased_position = e.position
        from events e
        where e.type = ? and e.payload->>'subject' = subject_keys.subject
          and subject_keys.wrapped_key is not null`,
      [subjectErased.type],
    );
    return keys;
  });
}

async function insert(
  transaction: Knex.Transaction,
  kind: string,
  lines: readonly BackupLine[],
): Promise<void> {
  const damaged = lines.find(
    ({ fields }) => fields.length !== COLUMN_COUNTS[kind],
  );
  if (damaged) {
    throw new RestoreError(`has not the columns of a ${kind}`, {
      line: damaged.line,
    });
  }
  const conflict =
    kind === 'subject_key'
      ? `on conflict (subject) do update
          set wrapped_key = excluded.wrapped_key,
            master_key_id = excluded.master_key_id
          where subject_keys.erased_at is null
            and subject_keys.wrapped_key is null`
      : '';
  try {
    await transaction.raw(
      `${kind === 'subject_key' ? INSERT_SUBJECT_KEYS : INSERTS[kind]}
        from json_array_elements(?::json) with ordinality as lines (l, n)
        order by n ${conflict}`,
      [JSON.stringify(lines.map(({ fields }) => fields))],
    );
  } catch (error) {
    const { code } = error as { code?: string };
    if (code?.startsWith('22') || code?.startsWith('23')) {
      throw new RestoreError(
        `and the ${lines.length - 1} after it: ${(error as Error).message}`,
        { line: lines[0]!.line, cause: error },
      );
    }
    throw error;
  }
}

async function lockEmpty(transaction: Knex.Transaction): Promise<void> {
  // Appends, which need this lock as well, wait until the restore is done.
  await transaction.raw('lock table events in access exclusive mode');
  const { rows } = await transaction.raw<{ rows: { used: boolean }[] }>(
    `select exists (select 1 from events) or exists (select 1 from claims)
      or exists (select 1 from seals) as used`,
  );
  if (rows[0]!.used) {
    throw new RestoreError(
      'The log of this database is not empty; restore into a new database',
    );
  }
  await transaction.raw('delete from secrets; delete from signing_keys');
}

function requireFormat(actual: string, wanted: string): void {
  if (actual !== wanted) {
    throw new RestoreError(
      `This is a '${actual}' backup, not a '${wanted}' one`,
      {
        line: 1,
      },
    );
  }
}

function checkPositions(lines: readonly BackupLine[], before: number): number {
  let position = before;
  for (const { line, fields } of lines) {
    position += 1;
    if (Number(fields[0]) !== position) {
      throw new RestoreError(`event ${position} is missing`, { line });
    }
  }
  return position;
}

/** Neighbouring lines of one kind, in order. */
function byKind(
  lines: readonly BackupLine[],
): { kind: string; lines: BackupLine[] }[] {
  const groups: { kind: string; lines: BackupLine[] }[] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group?.kind === line.kind) {
      group.lines.push(line);
    } else {
      groups.push({ kind: line.kind, lines: [line] });
    }
  }
  return groups;
}
