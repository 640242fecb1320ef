import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { selectRows, type TextRow } from '../log/read/selectEvents';
import { storedRows } from '../log/read/storedRows';
import { storedSeals } from '../sealing/verifyLog';
import { FORMAT_VERSION, KEYS_FORMAT, LOG_FORMAT } from './backupFormat';

const EVENTS_AT_ONCE = 1_000;

/**
 * The log as text, in pieces of whole lines: events, claims and seals as of one
 * moment. Appends go on meanwhile.
 *
 * @example
 * ```ts
 * await pipeline(Readable.from(backupLog(knex)), createGzip(), createWriteStream(file));
 * ```
 *
 * @public
 */
export async function* backupLog(knex: Knex): AsyncGenerator<string> {
  // One short transaction for what changes; events before the head do not.
  const moment = await knex.transaction(
    async transaction => {
      const [head] = await selectRows(
        transaction,
        'select coalesce(max(position), 0) from events',
        [],
      );
      return {
        head: Number(head![0]),
        claims: await selectRows(
          transaction,
          'select instance, kind, value, owner, position from claims order by 1, 2, 3',
          [],
        ),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );

  yield* withFooter(lines());

  async function* lines() {
    yield [headerOf(LOG_FORMAT, moment.head)];
    for (let first = 1; first <= moment.head; first += EVENTS_AT_ONCE) {
      const last = Math.min(first + EVENTS_AT_ONCE - 1, moment.head);
      const rows = await storedRows(knex, { first, last });
      yield rows.map(row => ['event', ...row]);
    }
    yield moment.claims.map((row: TextRow) => ['claim', ...row]);
    const secrets = await knex('secrets').orderBy('name');
    yield secrets.map(row => [
      'secret',
      row.name,
      row.wrapped.toString('base64'),
      row.master_key_id,
    ]);
    const keys = await knex('signing_keys').orderBy('created_at');
    yield keys.map(row => [
      'signing_key',
      row.kid,
      JSON.stringify(row.public_jwk),
      row.wrapped_private.toString('base64'),
      row.master_key_id,
      row.created_at.toISOString(),
    ]);
    for await (const seal of storedSeals(knex)) {
      if (seal.last > moment.head) {
        break;
      }
      yield [
        [
          'seal',
          seal.block,
          seal.first,
          seal.last,
          seal.leaves.toString('base64'),
          seal.head,
        ],
      ];
    }
  }
}

/**
 * The keys of subjects, encrypted with the master key, as text. To be kept
 * apart from backups of the log, and only the newest one: from an older one
 * somebody erased since could be read again.
 *
 * @public
 */
export async function* backupSubjectKeys(knex: Knex): AsyncGenerator<string> {
  yield* withFooter(lines());

  async function* lines() {
    yield [headerOf(KEYS_FORMAT, 0)];
    let after = '';
    for (;;) {
      const rows = await knex('subject_keys')
        .where('subject', '>', after)
        .orderBy('subject')
        .limit(EVENTS_AT_ONCE);
      yield rows.map(row => [
        'subject_key',
        row.subject,
        row.wrapped_key?.toString('base64') ?? null,
        row.master_key_id,
        row.created_at.toISOString(),
        row.erased_at?.toISOString() ?? null,
        row.erased_position === null ? null : Number(row.erased_position),
        row.erased_by === null ? null : JSON.stringify(row.erased_by),
      ]);
      if (rows.length < EVENTS_AT_ONCE) {
        return;
      }
      after = rows.at(-1)!.subject;
    }
  }
}

function headerOf(format: string, head: number) {
  return {
    format,
    version: FORMAT_VERSION,
    createdAt: new Date().toISOString(),
    head,
  };
}

async function* withFooter(
  pieces: AsyncIterable<readonly unknown[]>,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let lines = 0;
  for await (const piece of pieces) {
    if (piece.length === 0) {
      continue;
    }
    const text = piece.map(line => `${JSON.stringify(line)}\n`).join('');
    hash.update(text);
    lines += piece.length;
    yield text;
  }
  yield `${JSON.stringify({ end: true, lines, sha256: hash.digest('hex') })}\n`;
}
