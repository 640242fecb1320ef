import { z } from 'zod';
import { fault } from './fault';

/** @public */
export const METADATA_ENTRIES = 50;

/**
 * The name of a free entry on an organization, group or user: 1 to 63 of A-Z,
 * a-z, 0-9 and `. _ -`, starting with a letter.
 *
 * @public
 */
export const metadataKeySchema = z
  .string()
  .min(1)
  .max(63)
  .refine(key => /^[A-Za-z0-9._-]*$/.test(key), fault('iam.input.alphabet'))
  .refine(key => /^[A-Za-z]/.test(key), fault('iam.input.format'));

/**
 * What stands under a metadata key: text of 1 to 4,000 characters.
 *
 * @public
 */
export const metadataValueSchema = z
  .string()
  .min(1)
  .max(4000)
  .refine(
    value => !/\p{Cs}/u.test(value) && !value.includes('\0'),
    fault('iam.input.invisible'),
  );
