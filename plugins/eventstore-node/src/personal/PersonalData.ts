import { createHmac, randomBytes } from 'node:crypto';
import {
  ERASED,
  StoreFailedError,
  type AggregateId,
  type EventRegistry,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { decrypt, encrypt, type MasterKey } from './MasterKey';
import { SubjectKeys } from './SubjectKeys';

/**
 * How the personal fields of a payload are stored: under `$personal`, all in
 * one ciphertext, bound to the event they belong to.
 */
interface ProtectedFields {
  readonly v: 1;
  readonly subject: string;
  /** Known without the key, so that what was erased has a name. */
  readonly fields: readonly string[];
  /** AES-256-GCM of a JSON object, base64. */
  readonly data: string;
}

type Payload = Record<string, unknown>;

/** An event whose stored payload may hold personal fields. */
export interface ReadableEvent {
  readonly id: string;
  readonly type: string;
  readonly payload: Payload;
}

const DIGEST_SECRET = 'claims';

/** Encrypts what is personal on the way into the log, and decrypts it. */
export class PersonalData {
  readonly #knex: Knex;
  readonly #masterKey: MasterKey;
  readonly #registry: EventRegistry;
  readonly #keys: SubjectKeys;
  #digestKey?: Promise<Buffer>;

  constructor(options: {
    knex: Knex;
    masterKey: MasterKey;
    registry: EventRegistry;
  }) {
    this.#knex = options.knex;
    this.#masterKey = options.masterKey;
    this.#registry = options.registry;
    this.#keys = new SubjectKeys(options);
  }

  /**
   * Payloads as they are stored, in the order given.
   *
   * @throws SubjectErasedError, MasterKeyMissingError
   */
  async protect(
    events: readonly {
      id: string;
      type: string;
      aggregate: AggregateId;
      payload: Payload;
    }[],
  ): Promise<Payload[]> {
    const subjects = new Map<number, { subject: string; fields: string[] }>();
    events.forEach((event, index) => {
      const definition = this.#registry.get(event.type);
      const fields = definition.personal.filter(
        field => event.payload[field] !== undefined,
      );
      if (fields.length > 0) {
        const subject = definition.subjectOf(event.payload, event.aggregate);
        subjects.set(index, { subject, fields });
      }
    });
    if (subjects.size === 0) {
      return events.map(event => event.payload);
    }
    const keys = await this.#keys.findOrCreate([
      ...new Set([...subjects.values()].map(({ subject }) => subject)),
    ]);
    return events.map((event, index) => {
      const personal = subjects.get(index);
      if (!personal) {
        return event.payload;
      }
      const open: Payload = { ...event.payload };
      const hidden: Payload = {};
      for (const field of personal.fields) {
        hidden[field] = open[field];
        delete open[field];
      }
      const data = encrypt(
        keys.get(personal.subject)!,
        Buffer.from(JSON.stringify(hidden)),
        boundTo(event, personal.subject),
      ).toString('base64');
      const fields: ProtectedFields = { v: 1, ...personal, data };
      return { ...open, $personal: fields };
    });
  }

  /**
   * Payloads with their personal fields readable, in the order given; a field
   * whose subject was erased is the marker for that. A payload that cannot be
   * decrypted (it was tampered with) is an error in its place.
   *
   * @throws MasterKeyMissingError
   */
  async reveal(
    events: readonly ReadableEvent[],
  ): Promise<(Payload | StoreFailedError)[]> {
    const subjects = new Set<string>();
    for (const { payload } of events) {
      if (payload.$personal) {
        subjects.add((payload.$personal as ProtectedFields).subject);
      }
    }
    if (subjects.size === 0) {
      return events.map(event => event.payload);
    }
    const keys = await this.#keys.find([...subjects]);
    return events.map(event => {
      if (!event.payload.$personal) {
        return event.payload;
      }
      const { $personal, ...open } = event.payload;
      const { subject, fields, data } = $personal as ProtectedFields;
      const key = keys.get(subject);
      if (!key) {
        return {
          ...open,
          ...Object.fromEntries(fields.map(field => [field, ERASED])),
        };
      }
      try {
        const hidden = decrypt(
          key,
          Buffer.from(data, 'base64'),
          boundTo(event, subject),
        );
        return { ...open, ...(JSON.parse(hidden.toString()) as Payload) };
      } catch (error) {
        return new StoreFailedError(
          `The personal fields of event ${event.id} cannot be decrypted`,
          error,
        );
      }
    });
  }

  /**
   * What is stored of a personal claim in place of its value: equal values have
   * equal digests, and none can be guessed without the store's secret.
   */
  async digest(instance: string, kind: string, value: string): Promise<string> {
    this.#digestKey ??= this.#loadDigestKey();
    const key = await this.#digestKey.catch(error => {
      this.#digestKey = undefined;
      throw error;
    });
    const hash = createHmac('sha256', key)
      .update(JSON.stringify([instance, kind, value]))
      .digest('base64url');
    return `hmac-sha256:${hash}`;
  }

  async #loadDigestKey(): Promise<Buffer> {
    const find = () =>
      this.#knex<{ name: string; wrapped: Buffer; master_key_id: string }>(
        'secrets',
      )
        .where({ name: DIGEST_SECRET })
        .first();
    let row = await find();
    if (!row) {
      const wrapped = await this.#masterKey.wrap(
        randomBytes(32),
        `eventstore.secret:${DIGEST_SECRET}`,
      );
      await this.#knex('secrets')
        .insert({
          name: DIGEST_SECRET,
          wrapped: wrapped.data,
          master_key_id: wrapped.masterKeyId,
        })
        .onConflict('name')
        .ignore();
      row = await find();
    }
    return this.#masterKey.unwrap(
      { masterKeyId: row!.master_key_id, data: row!.wrapped },
      `eventstore.secret:${DIGEST_SECRET}`,
    );
  }
}

function boundTo(event: { id: string; type: string }, subject: string): string {
  return JSON.stringify([event.id, event.type, subject]);
}
