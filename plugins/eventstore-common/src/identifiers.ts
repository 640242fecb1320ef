// The names of things in the log: instances, aggregates, events and their types.
import { v7, validate } from 'uuid';
import { z } from 'zod';
import { parseArgument } from './parse';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const NAME = '[a-z][a-z0-9]*(?:_[a-z0-9]+)*';

/**
 * Text a person could have typed on one line: no control characters and no
 * half surrogate pairs, which the database cannot store.
 *
 * @public
 */
export const lineSchema = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters');

/**
 * A virtual tenant: a lower-case name or UUID of at most 63 characters.
 *
 * @public
 */
export const instanceIdSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 characters of a-z, 0-9 and -, not at either end',
  )
  .brand<'InstanceId'>();

/** @public */
export type InstanceId = z.infer<typeof instanceIdSchema>;

/**
 * The instance that exists without being created.
 *
 * @public
 */
export const DEFAULT_INSTANCE = 'default' as InstanceId;

/**
 * What kind of aggregate: `<context>.<aggregate>`, e.g. `iam.user`.
 *
 * @public
 */
export const aggregateTypeSchema = z
  .string()
  .max(80)
  .regex(
    new RegExp(`^${NAME}\\.${NAME}$`),
    'must be <context>.<aggregate> in lower case, e.g. iam.user',
  )
  .brand<'AggregateType'>();

/** @public */
export type AggregateType = z.infer<typeof aggregateTypeSchema>;

/**
 * One aggregate: `<aggregate type>/<uuid>`, e.g.
 * `iam.user/01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e`. Lower case only, so that
 * one aggregate has one spelling.
 *
 * @public
 */
export const aggregateIdSchema = z
  .string()
  .max(120)
  .regex(
    new RegExp(`^${NAME}\\.${NAME}/${UUID}$`),
    'must be <context>.<aggregate>/<uuid> in lower case',
  )
  .brand<'AggregateId'>();

/** @public */
export type AggregateId = z.infer<typeof aggregateIdSchema>;

/**
 * What happened, in the past tense: `<context>.<aggregate>.<what_happened>`,
 * e.g. `iam.user.locked`.
 *
 * @public
 */
export const eventTypeSchema = z
  .string()
  .max(160)
  .regex(
    new RegExp(`^${NAME}\\.${NAME}\\.${NAME}$`),
    'must be <context>.<aggregate>.<what_happened> in lower case',
  )
  .brand<'EventType'>();

/** @public */
export type EventType = z.infer<typeof eventTypeSchema>;

/**
 * An event's own id, given by whoever appends it: a lower-case UUID, version 7
 * (RFC 9562) or derived from a command id. The same id is stored once.
 *
 * @public
 */
export const eventIdSchema = z
  .string()
  .refine(
    value => validate(value) && value === value.toLowerCase(),
    'must be a UUID in lower case',
  )
  .brand<'EventId'>();

/** @public */
export type EventId = z.infer<typeof eventIdSchema>;

/**
 * @throws {@link BadArgumentError}
 * @public
 */
export function instanceId(value: unknown, field = 'instance'): InstanceId {
  return parseArgument(instanceIdSchema, value, field);
}

/**
 * @throws {@link BadArgumentError}
 * @public
 */
export function aggregateType(
  value: unknown,
  field = 'aggregateType',
): AggregateType {
  return parseArgument(aggregateTypeSchema, value, field);
}

/**
 * @throws {@link BadArgumentError}
 * @public
 */
export function aggregateId(
  value: unknown,
  field = 'aggregateId',
): AggregateId {
  return parseArgument(aggregateIdSchema, value, field);
}

/**
 * A new id for an aggregate that does not exist yet. UUIDv7, so that ids made
 * one after the other lie next to each other in an index.
 *
 * @public
 */
export function newAggregateId(type: string): AggregateId {
  return `${aggregateType(type)}/${v7()}` as AggregateId;
}

/**
 * `iam.user` of `iam.user/<uuid>`.
 *
 * @public
 */
export function aggregateTypeOf(id: AggregateId): AggregateType {
  return id.slice(0, id.indexOf('/')) as AggregateType;
}

/**
 * The uuid of `iam.user/<uuid>`.
 *
 * @public
 */
export function aggregateUuidOf(id: AggregateId): string {
  return id.slice(id.indexOf('/') + 1);
}

/**
 * @throws {@link BadArgumentError}
 * @public
 */
export function eventType(value: unknown, field = 'type'): EventType {
  return parseArgument(eventTypeSchema, value, field);
}

/**
 * `iam.user` of `iam.user.locked`.
 *
 * @public
 */
export function aggregateTypeOfEvent(type: EventType): AggregateType {
  return type.slice(0, type.lastIndexOf('.')) as AggregateType;
}

/**
 * @throws {@link BadArgumentError}
 * @public
 */
export function eventId(value: unknown, field = 'id'): EventId {
  return parseArgument(eventIdSchema, value, field);
}

/**
 * A fresh event id (UUIDv7).
 *
 * @public
 */
export function newEventId(): EventId {
  return v7() as EventId;
}
