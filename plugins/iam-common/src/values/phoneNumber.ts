import parsePhoneNumber from 'libphonenumber-js/min';
import { z } from 'zod';

/**
 * A telephone number with its country: typed `+49 (0)30 123456`, kept as E.164
 * (ITU-T), `+4930123456`.
 *
 * @public
 */
export const phoneNumberSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .transform((value, context) => {
    const number = /^\+[0-9 ()./-]+$/.test(value)
      ? parsePhoneNumber(value)
      : undefined;
    if (!number?.isPossible() || number.ext !== undefined) {
      context.addIssue({
        code: 'custom',
        message: 'must be an international telephone number',
        params: { code: 'iam.input.format' },
      });
      return z.NEVER;
    }
    return number.number as string;
  });
