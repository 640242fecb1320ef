import type { z } from 'zod';
import { BadArgumentError } from './errors';

/** `['events', 0, 'payload']` as `events.0.payload`. */
export function formatPath(
  ...segments: readonly (PropertyKey | undefined)[]
): string {
  return segments
    .filter(segment => segment !== undefined && segment !== '')
    .map(String)
    .join('.');
}

/**
 * Checks a value against a schema.
 *
 * @param field - where the value came from; the error's `field` starts with it
 * @throws {@link BadArgumentError} naming the first field at fault
 *
 * @public
 */
export function parseArgument<TSchema extends z.ZodType>(
  schema: TSchema,
  value: unknown,
  field: string,
): z.output<TSchema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  throw new BadArgumentError(
    formatPath(field, ...(issue?.path ?? [])),
    issue?.message ?? 'is invalid',
  );
}
