import { z } from 'zod';
import { fault } from './fault';
import { isInKnownScripts, mixesScripts, nameKey } from './lookAlikes';

/** Persian and the Indic scripts need the two joiners; nothing else does. */
const NEEDS_JOINERS =
  /[\p{Script=Arabic}\p{Script=Bengali}\p{Script=Devanagari}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}]/u;

/** Control, format, private-use and unassigned characters, and lone halves. */
function hasInvisible(text: string): boolean {
  const rest = NEEDS_JOINERS.test(text)
    ? text.replace(/[\u200c\u200d]/gu, '')
    : text;
  return /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]/u.test(rest);
}

/** One line as it is kept: composed, with single blanks between words. */
const oneLine = (max: number) =>
  z
    .string()
    // Before anything is made of it: normalization can be costly.
    .max(max * 4)
    .transform(text =>
      text
        .normalize('NFC')
        .replace(/\p{Zs}+/gu, ' ')
        .trim(),
    )
    .pipe(
      z
        .string()
        .min(1)
        .max(max)
        .refine(text => !hasInvisible(text), fault('iam.input.invisible')),
    );

/**
 * A name by which people find something that is unique: an organization, a
 * project, a group, a role. 1 to 200 characters on one line, words not mixing
 * look-alike alphabets. Compared by `nameKey`.
 *
 * @public
 */
export const nameSchema = oneLine(200)
  .refine(isInKnownScripts, fault('iam.input.alphabet'))
  .refine(text => !mixesScripts(text), fault('iam.input.mixed_scripts'))
  // One character can stand for eighteen (U+FDFA), and claims have an end.
  .refine(text => nameKey(text).length <= 400, fault('iam.input.too_long'));

/**
 * A part of a person's name: 1 to 200 characters on one line, of any script.
 * People are not unique by name, and they spell theirs as they like.
 *
 * @public
 */
export const personNameSchema = oneLine(200);

/**
 * A sentence or two about something: up to 1,000 characters.
 *
 * @public
 */
export const descriptionSchema = z
  .string()
  .max(1000)
  .transform(text => text.normalize('NFC').trim())
  .refine(
    text => !hasInvisible(text.replace(/[\n\t]/gu, ' ')),
    fault('iam.input.invisible'),
  );
