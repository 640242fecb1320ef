import { createHmac, randomBytes } from 'node:crypto';
import {
  actorKey,
  ERASED,
  StoreFailedError,
  SubjectErasedError,
  type Actor,
  type AggregateId,
  type EventContext,
  type EventRegistry,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import {
  decrypt,
  encrypt,
  missingMasterKey,
  type MasterKey,
} from './MasterKey';
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

/** A context as it is stored. */
export type StoredContext = EventContext & { $personal?: ProtectedFields };

/** An event whose stored payload may hold personal fields. */
export interface ReadableEvent {
  readonly id: string;
  readonly type: string;
  readonly payload: Payload;
}

/** What of a context says something about whoever acted. */
const PERSONAL_CONTEXT = ['ip', 'userAgent'] as const;

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
    const keys = await this.#keys.forWriting([
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
   * A context as it is stored: from where a person acted is encrypted with that
   * person's key. Left as it is for actors that stand for nobody, and when the
   * store has no master key; left out when the person was erased.
   */
  async protectContext(
    context: EventContext,
    actor: Actor,
  ): Promise<StoredContext> {
    const subject = personOf(actor);
    if (subject === undefined || this.#masterKey === missingMasterKey) {
      return context;
    }
    const open: StoredContext = { ...context };
    const hidden: Payload = {};
    for (const field of PERSONAL_CONTEXT) {
      if (open[field] !== undefined) {
        hidden[field] = open[field];
        delete open[field];
      }
    }
    const fields = Object.keys(hidden);
    if (fields.length === 0) {
      return context;
    }
    let keys: Map<string, Buffer>;
    try {
      keys = await this.#keys.forWriting([subject]);
    } catch (error) {
      if (error instanceof SubjectErasedError) {
        return open; // whoever erases themselves acts once more
      }
      throw error;
    }
    const data = encrypt(
      keys.get(subject)!,
      Buffer.from(JSON.stringify(hidden)),
      contextBoundTo(open, subject),
    ).toString('base64');
    return { ...open, $personal: { v: 1, subject, fields, data } };
  }

  /**
   * Contexts with what is personal in them readable. It is left out where the
   * person was erased, or where it does not open.
   *
   * @throws MasterKeyMissingError
   */
  async revealContexts(
    contexts: readonly StoredContext[],
  ): Promise<EventContext[]> {
    const subjects = new Set<string>();
    for (const { $personal } of contexts) {
      if ($personal) {
        subjects.add($personal.subject);
      }
    }
    const keys =
      subjects.size > 0
        ? await this.#keys.find([...subjects])
        : new Map<string, Buffer>();
    return contexts.map(({ $personal, ...open }) => {
      const key = $personal && keys.get($personal.subject);
      if (!$personal || !key) {
        return open;
      }
      try {
        const hidden = decrypt(
          key,
          Buffer.from($personal.data, 'base64'),
          contextBoundTo(open, $personal.subject),
        );
        return { ...open, ...(JSON.parse(hidden.toString()) as object) };
      } catch {
        return open;
      }
    });
  }

  /** After a subject was erased by this process. */
  forget(subject: string): void {
    this.#keys.forget(subject);
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

/** The subject an actor stands for, if any. */
function personOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case 'user':
      return actor.id;
    case 'outside':
      return actorKey(actor);
    default:
      return actor.onBehalfOf;
  }
}

function contextBoundTo(context: EventContext, subject: string): string {
  const { plugin, correlationId, commandId } = context;
  return JSON.stringify(['context', subject, plugin, correlationId, commandId]);
}

function boundTo(event: { id: string; type: string }, subject: string): string {
  return JSON.stringify([event.id, event.type, subject]);
}
