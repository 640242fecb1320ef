import { z } from 'zod';
import type { EventEnvelope } from './envelope';
import type { WithErasures } from './erased';
import { BadArgumentError } from './errors';
import { eventId, eventType, type AggregateId } from './identifiers';
import type { EventId } from './identifiers';

/**
 * An event that has been decided but is not in the log yet. Without an `id`
 * the log gives it a fresh one, and a repeated append would store it again.
 *
 * @public
 */
export interface NewEvent<TType extends string = string, TPayload = unknown> {
  readonly type: TType;
  readonly payload: TPayload;
  readonly id?: EventId;
}

/**
 * What {@link defineEvent} takes.
 *
 * @public
 */
export interface EventDefinitionOptions<
  TType extends string,
  TSchema extends z.ZodType<Record<string, unknown>>,
  TPersonal extends keyof z.output<TSchema> & string,
> {
  /** `<context>.<aggregate>.<what_happened>`, in the past tense. */
  type: TType;
  /** Counted up when the payload's shape changes. Starts at 1. */
  revision?: number;
  /**
   * The payload's shape: a JSON object. What the schema returns is stored, so
   * its output has to survive JSON (no dates, maps or undefined array items).
   */
  schema: TSchema;
  /**
   * `upcasters[n]` turns a stored payload of revision n into revision n + 1.
   * One is needed for each revision from 1 to `revision - 1`. They are pure,
   * and pass erased fields (see `isErased`) on.
   */
  upcasters?: Record<
    number,
    (payload: Readonly<Record<string, unknown>>) => Record<string, unknown>
  >;
  /** Top-level fields that say something about a person; stored encrypted. */
  personal?: readonly TPersonal[];
  /**
   * Fields that hold a secret, or what one could be guessed from (a digest of a
   * password). Whoever reads the trail is not shown them.
   */
  secret?: readonly (keyof z.output<TSchema> & string)[];
  /**
   * Whose data the personal fields are: the id of the subject whose erasure
   * makes them unreadable. The aggregate's own id when left out.
   */
  subject?: (payload: z.output<TSchema>) => string;
}

/**
 * One kind of event: its name, shape and history.
 *
 * @public
 */
export interface EventDefinition<
  TType extends string = string,
  TPayload = any, // any: definitions of all payloads fit into one registry
  TInput = any,
  TPersonal extends string = any,
> {
  readonly type: TType;
  readonly revision: number;
  /** Untyped here: zod's types are invariant, and definitions share lists. */
  readonly schema: z.ZodType;
  readonly personal: readonly TPersonal[];
  readonly secret: readonly string[];
  /** Whose key the personal fields of this payload are encrypted with. */
  subjectOf(payload: TPayload, aggregate: AggregateId): string;
  /** A payload as stored, brought up to the current revision. */
  upcast(
    payload: Record<string, unknown>,
    fromRevision: number,
  ): Record<string, unknown>;
  /** A new event of this kind. The payload is checked when it is appended. */
  of(payload: TInput, id?: EventId): NewEvent<TType, TInput>;
  /** Whether an event is of this kind; narrows its payload. */
  is(
    event: EventEnvelope,
  ): event is EventEnvelope<TType, WithErasures<TPayload, TPersonal>>;
}

/**
 * The envelope of a definition's events: `EventOf<typeof userLocked>`.
 *
 * @public
 */
export type EventOf<TDefinition> =
  TDefinition extends EventDefinition<
    infer TType,
    infer TPayload,
    any, // any: only type, payload and personal fields matter here
    infer TPersonal
  >
    ? EventEnvelope<TType, WithErasures<TPayload, TPersonal>>
    : never;

/**
 * Describes one kind of event.
 *
 * @example
 * ```ts
 * export const userInvited = defineEvent({
 *   type: 'iam.user.invited',
 *   revision: 2,
 *   schema: z.object({ email: z.email(), language: z.string() }),
 *   upcasters: { 1: payload => ({ ...payload, language: 'en' }) },
 *   personal: ['email'],
 * });
 * userInvited.of({ email: 'ann@example.org', language: 'de' });
 * ```
 *
 * @throws {@link BadArgumentError} when the type is misspelt or an upcaster is
 * missing
 * @public
 */
export function defineEvent<
  const TType extends string,
  TSchema extends z.ZodType<Record<string, unknown>>,
  const TPersonal extends keyof z.output<TSchema> & string = never,
>(
  options: EventDefinitionOptions<TType, TSchema, TPersonal>,
): EventDefinition<TType, z.output<TSchema>, z.input<TSchema>, TPersonal> {
  eventType(options.type);
  const revision = options.revision ?? 1;
  if (!Number.isSafeInteger(revision) || revision < 1 || revision > 32_767) {
    throw new BadArgumentError(
      'revision',
      `of ${options.type} must be a whole number from 1 to 32767`,
    );
  }
  const upcasters = options.upcasters ?? {};
  for (let from = 1; from < revision; from++) {
    if (!upcasters[from]) {
      throw new BadArgumentError(
        `upcasters.${from}`,
        `${options.type} is at revision ${revision}, so revision ${from} needs an upcaster`,
      );
    }
  }
  const personal = options.personal ?? [];
  if (options.schema instanceof z.ZodObject) {
    const known = Object.keys(options.schema.shape);
    const unknown = personal.find(field => !known.includes(field));
    if (unknown !== undefined) {
      throw new BadArgumentError(
        'personal',
        `${options.type} has no field '${unknown}'`,
      );
    }
  }

  return Object.freeze({
    type: options.type,
    revision,
    schema: options.schema,
    personal,
    secret: options.secret ?? [],
    subjectOf: (payload: z.output<TSchema>, aggregate: AggregateId) =>
      options.subject?.(payload) ?? aggregate,
    upcast(payload: Record<string, unknown>, fromRevision: number) {
      let current = payload;
      for (let from = fromRevision; from < revision; from++) {
        current = upcasters[from]!(current);
      }
      return current;
    },
    of: (payload: z.input<TSchema>, id?: EventId) => ({
      type: options.type,
      payload,
      ...(id === undefined ? {} : { id: eventId(id) }),
    }),
    is: (
      event: EventEnvelope,
    ): event is EventEnvelope<
      TType,
      WithErasures<z.output<TSchema>, TPersonal>
    > => event.type === options.type,
  });
}
