import { z } from 'zod';
import { parseArgument } from './parse';

/**
 * An event's place in the whole log. The first event has position 1; 0 means
 * "before the first". Positions have no holes.
 *
 * @public
 */
export const positionSchema = z.number().int().min(0).brand<'Position'>();

/** @public */
export type Position = z.infer<typeof positionSchema>;

/**
 * An event's place in its aggregate. The first event has version 1; 0 means
 * "no event yet".
 *
 * @public
 */
export const versionSchema = z.number().int().min(0).brand<'Version'>();

/** @public */
export type Version = z.infer<typeof versionSchema>;

/**
 * Before the first event.
 *
 * @public
 */
export const START: Position = 0 as Position;

/**
 * The version of an aggregate that has no event.
 *
 * @public
 */
export const NO_VERSION: Version = 0 as Version;

/**
 * @throws {@link BadArgumentError} when not a whole number from 0 to 2^53 - 1
 * @public
 */
export function position(value: unknown, field = 'position'): Position {
  return parseArgument(positionSchema, value, field);
}

/**
 * @throws {@link BadArgumentError} when not a whole number from 0 to 2^53 - 1
 * @public
 */
export function version(value: unknown, field = 'version'): Version {
  return parseArgument(versionSchema, value, field);
}
