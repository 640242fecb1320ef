import { z } from 'zod';

/**
 * A language tag (RFC 5646) in its canonical spelling: `de`, `pt-BR`.
 *
 * @public
 */
export const languageSchema = z
  .string()
  .trim()
  .min(1)
  .max(35)
  .transform((value, context) => {
    try {
      return Intl.getCanonicalLocales(value)[0]!;
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be a language tag like de or pt-BR',
        params: { code: 'iam.input.format' },
      });
      return z.NEVER;
    }
  });
