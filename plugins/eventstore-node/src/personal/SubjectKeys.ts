import { randomBytes } from 'node:crypto';
import { SubjectErasedError } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import type { MasterKey } from './MasterKey';

interface SubjectKeyRow {
  subject: string;
  wrapped_key: Buffer | null;
  master_key_id: string | null;
}

const CACHED_KEYS = 20_000;
const WRITING_TTL_MS = 60_000;

/**
 * The key of each subject, made on first use.
 *
 * Whether a key still exists is asked of the database at every read: what is
 * kept in memory is only the work of unwrapping it. So an erased subject is
 * unreadable on every node as soon as the erasure has committed.
 */
export class SubjectKeys {
  readonly #knex: Knex;
  readonly #masterKey: MasterKey;
  /** Unwrapped keys by subject and wrapped form. */
  readonly #unwrapped = new LRUCache<string, Buffer>({ max: CACHED_KEYS });
  /**
   * Keys to write with, by subject. One that has been destroyed meanwhile at
   * another node does no harm: what is written with it cannot be read.
   */
  readonly #forWriting = new LRUCache<string, Buffer>({
    max: CACHED_KEYS,
    ttl: WRITING_TTL_MS,
  });

  constructor(options: { knex: Knex; masterKey: MasterKey }) {
    this.#knex = options.knex;
    this.#masterKey = options.masterKey;
  }

  /**
   * The keys of subjects that have one and are not erased.
   *
   * @throws MasterKeyMissingError
   */
  async find(subjects: readonly string[]): Promise<Map<string, Buffer>> {
    const rows = await this.#rows(subjects);
    const keys = new Map<string, Buffer>();
    for (const row of rows) {
      if (row.wrapped_key && row.master_key_id) {
        keys.set(row.subject, await this.#unwrap(row));
      }
    }
    return keys;
  }

  /**
   * The keys of all the subjects to write with, made where there are none.
   *
   * @throws SubjectErasedError, MasterKeyMissingError
   */
  async forWriting(subjects: readonly string[]): Promise<Map<string, Buffer>> {
    const keys = new Map<string, Buffer>();
    for (const subject of subjects) {
      const key = this.#forWriting.get(subject);
      if (key) {
        keys.set(subject, key);
      }
    }
    const others = subjects.filter(subject => !keys.has(subject));
    if (others.length > 0) {
      for (const [subject, key] of await this.#findOrCreate(others)) {
        this.#forWriting.set(subject, key);
        keys.set(subject, key);
      }
    }
    return keys;
  }

  /** After a subject was erased by this process. */
  forget(subject: string): void {
    this.#forWriting.delete(subject);
  }

  async #findOrCreate(
    subjects: readonly string[],
  ): Promise<Map<string, Buffer>> {
    let rows = await this.#rows(subjects);
    const known = new Set(rows.map(row => row.subject));
    const missing = subjects.filter(subject => !known.has(subject));
    if (missing.length > 0) {
      const made = await Promise.all(
        missing.map(async subject => {
          const wrapped = await this.#masterKey.wrap(
            randomBytes(32),
            purposeOf(subject),
          );
          return {
            subject,
            wrapped_key: wrapped.data,
            master_key_id: wrapped.masterKeyId,
          };
        }),
      );
      // Another node may have made one meanwhile; the first one counts.
      await this.#knex('subject_keys')
        .insert(made)
        .onConflict('subject')
        .ignore();
      rows = rows.concat(await this.#rows(missing));
    }
    const keys = new Map<string, Buffer>();
    for (const row of rows) {
      if (!row.wrapped_key) {
        throw new SubjectErasedError(row.subject);
      }
      keys.set(row.subject, await this.#unwrap(row));
    }
    return keys;
  }

  async #rows(subjects: readonly string[]): Promise<SubjectKeyRow[]> {
    const { rows } = await this.#knex.raw<{ rows: SubjectKeyRow[] }>(
      'select subject, wrapped_key, master_key_id from subject_keys where subject = any (?::text[])',
      [[...subjects]],
    );
    return rows;
  }

  async #unwrap(row: SubjectKeyRow): Promise<Buffer> {
    const cacheKey = `${row.subject}\n${row.wrapped_key!.toString('base64')}`;
    const cached = this.#unwrapped.get(cacheKey);
    if (cached) {
      return cached;
    }
    const key = await this.#masterKey.unwrap(
      { masterKeyId: row.master_key_id!, data: row.wrapped_key! },
      purposeOf(row.subject),
    );
    this.#unwrapped.set(cacheKey, key);
    return key;
  }
}

function purposeOf(subject: string): string {
  return `eventstore.subject:${subject}`;
}
