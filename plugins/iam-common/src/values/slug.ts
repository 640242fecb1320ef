import { z } from 'zod';
import { fault } from './fault';

/** Would read as a part of the portal itself in an address. */
const RESERVED = new Set([
  'admin',
  'api',
  'assets',
  'auth',
  'instance',
  'login',
  'management',
  'new',
  'system',
]);

/**
 * A short name for addresses and references: 1 to 63 of a-z, 0-9 and single
 * hyphens, starting with a letter, so that it is a DNS label (RFC 1123 §2.1)
 * and a Backstage entity name. Capital letters are made small. Only ASCII is
 * taken, so no other alphabet's look-alike gets in.
 *
 * @public
 */
export const slugSchema = z
  .string()
  .min(1)
  .max(63)
  .refine(value => /^[A-Za-z0-9-]*$/.test(value), fault('iam.input.alphabet'))
  .transform(value => value.toLowerCase())
  .refine(
    value => /^[a-z](?:-?[a-z0-9])*$/.test(value),
    fault('iam.input.format'),
  )
  .refine(value => !RESERVED.has(value), fault('iam.input.reserved'));

/**
 * The key of a role or permission set, e.g. `release-manager`: a slug that may
 * also use `_` and `.` between its words.
 *
 * @public
 */
export const roleKeySchema = z
  .string()
  .min(1)
  .max(63)
  .refine(value => /^[A-Za-z0-9._-]*$/.test(value), fault('iam.input.alphabet'))
  .transform(value => value.toLowerCase())
  .refine(
    value => /^[a-z](?:[._-]?[a-z0-9])*$/.test(value),
    fault('iam.input.format'),
  );
