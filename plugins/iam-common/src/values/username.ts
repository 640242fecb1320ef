import { z } from 'zod';
import { fault } from './fault';

/**
 * What a user signs in with: 1 to 128 of A-Z, a-z, 0-9 and `. _ - + @`,
 * starting and ending with a letter or digit. An e-mail address is a valid
 * username.
 *
 * RFC 8265's UsernameCaseMapped profile, narrowed to ASCII: RFC 8264 §12.5
 * leaves it to the application to keep look-alikes out, and ASCII does so
 * without a table. It is kept as typed and compared without case.
 *
 * @public
 */
export const usernameSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .refine(
    value => /^[A-Za-z0-9._@+-]*$/.test(value),
    fault('iam.input.alphabet'),
  )
  .refine(
    value => /^[A-Za-z0-9](?:.*[A-Za-z0-9])?$/.test(value),
    fault('iam.input.format'),
  );

/**
 * How login names (usernames and e-mail addresses) are compared. Both are
 * ASCII, so small letters are enough.
 *
 * @public
 */
export function loginNameKey(name: string): string {
  return name.toLowerCase();
}
