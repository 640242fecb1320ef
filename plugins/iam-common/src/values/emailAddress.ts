import { z } from 'zod';
import { hostNameSchema } from './domainName';
import { fault } from './fault';

/** A dot-atom of RFC 5322 §3.2.3. */
const LOCAL_PART =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/**
 * An e-mail address: at most 254 characters, 64 before the `@` (RFC 5321
 * §4.5.3.1). The part before the `@` is ASCII without quotes, for mail reaches
 * other spellings only where SMTPUTF8 is offered all the way, and they carry
 * look-alikes. The domain is brought into ASCII and small letters. Compared
 * without case.
 *
 * @public
 */
export const emailAddressSchema = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .refine(
    value => !/[^\x21-\x7e]/.test(value.slice(0, value.lastIndexOf('@'))),
    fault('iam.input.alphabet'),
  )
  .transform((value, context) => {
    const at = value.lastIndexOf('@');
    const local = value.slice(0, Math.max(at, 0));
    const domain = hostNameSchema.safeParse(value.slice(at + 1));
    if (!LOCAL_PART.test(local) || local.length > 64 || !domain.success) {
      context.addIssue({
        code: 'custom',
        message: 'must be an e-mail address',
        params: { code: 'iam.input.format' },
      });
      return z.NEVER;
    }
    return `${local}@${domain.data}`;
  })
  .pipe(z.string().max(254));
