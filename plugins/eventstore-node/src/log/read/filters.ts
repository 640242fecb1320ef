import {
  actorKey,
  actorSchema,
  aggregateIdSchema,
  aggregateTypeSchema,
  BadArgumentError,
  eventTypeSchema,
  instanceIdSchema,
  limits,
  lineSchema,
  parseArgument,
  TooLargeError,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';

const filterSchema = z.strictObject({
  instance: instanceIdSchema.optional(),
  types: z.array(eventTypeSchema).min(1).optional(),
  aggregateTypes: z.array(aggregateTypeSchema).min(1).optional(),
  aggregateId: aggregateIdSchema.optional(),
  actor: actorSchema.transform(actorKey).optional(),
  correlationId: lineSchema.max(128).optional(),
  since: z.date().optional(),
  before: z.date().optional(),
});

/** A filter that has been checked; the actor is its key. */
export type CheckedFilter = z.output<typeof filterSchema>;

/** @throws BadArgumentError, TooLargeError */
export function checkFilter(value: unknown): CheckedFilter {
  const filter = parseArgument(filterSchema, value ?? {}, 'filter');
  for (const field of ['types', 'aggregateTypes'] as const) {
    const actual = filter[field]?.length ?? 0;
    if (actual > limits.filterTypes) {
      throw new TooLargeError(`filter.${field}`, {
        limit: limits.filterTypes,
        actual,
        unit: 'elements',
      });
    }
  }
  return filter;
}

/** @throws BadArgumentError */
export function checkLimit(
  value: unknown,
  options: { byDefault: number; atMost: number; field?: string },
): number {
  if (value === undefined) {
    return options.byDefault;
  }
  const field = options.field ?? 'limit';
  const limit = parseArgument(z.number().int().min(1), value, field);
  if (limit > options.atMost) {
    throw new BadArgumentError(field, `must be at most ${options.atMost}`);
  }
  return limit;
}

/** A piece of a WHERE clause, and what is bound in it. */
export interface Condition {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/**
 * What of a filter is a condition on the row. `since` is not: it says where to
 * start.
 */
export function conditionsOf(filter: CheckedFilter): Condition[] {
  const conditions: Condition[] = [];
  const add = (sql: string, ...bindings: unknown[]) =>
    conditions.push({ sql, bindings });
  if (filter.instance !== undefined) {
    add('instance = ?', filter.instance);
  }
  if (filter.types) {
    add('type = any (?::text[])', filter.types);
  }
  if (filter.aggregateTypes) {
    // A prefix of the id: between "iam.user/" and "iam.user0", the next character.
    add(
      `(${filter.aggregateTypes
        .map(() => '(aggregate_id >= ? and aggregate_id < ?)')
        .join(' or ')})`,
      ...filter.aggregateTypes.flatMap(type => [`${type}/`, `${type}0`]),
    );
  }
  if (filter.aggregateId !== undefined) {
    add('aggregate_id = ?', filter.aggregateId);
  }
  if (filter.actor !== undefined) {
    add('actor_key = ?', filter.actor);
  }
  if (filter.correlationId !== undefined) {
    add('correlation_id = ?', filter.correlationId);
  }
  if (filter.before) {
    add('recorded_at < ?::timestamptz', filter.before.toISOString());
  }
  return conditions;
}

/** Conditions joined with AND. */
export function and(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => sql).join(' and ') || 'true',
    bindings: conditions.flatMap(({ bindings }) => bindings),
  };
}
