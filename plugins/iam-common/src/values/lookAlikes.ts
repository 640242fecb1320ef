/**
 * Names that people tell apart by looking at them.
 *
 * Two measures of UTS #39 (Unicode Security Mechanisms) are combined. A word
 * may only mix scripts as the level Highly Restrictive allows (§5.2), which
 * refuses `Аcme` with a Cyrillic first letter. A word wholly of another script
 * is legitimate, so it isn't refused: names are compared by a form in which
 * letters with the same look are one (§4), and only a name that is taken in
 * another alphabet collides. The table holds the letters of the three scripts
 * that share shapes with Latin; shapes within Latin (`rn` and `m`) are left
 * alone, since folding them would join names that are really different.
 */

/** Recommended scripts of UAX #31, table 5. */
const SCRIPTS = [
  'Arabic',
  'Armenian',
  'Bengali',
  'Bopomofo',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Han',
  'Hangul',
  'Hebrew',
  'Hiragana',
  'Kannada',
  'Katakana',
  'Khmer',
  'Lao',
  'Latin',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
];

/** What UTS #39 §5.2 allows beside a single script. */
const MIXTURES = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

const anyOf = (scripts: readonly string[]) =>
  ['Common', 'Inherited', ...scripts]
    .map(script => `\\p{Script_Extensions=${script}}`)
    .join('');

const ACCEPTED = [...SCRIPTS.map(script => [script]), ...MIXTURES].map(
  scripts => new RegExp(`^[${anyOf(scripts)}]*$`, 'u'),
);
const KNOWN = new RegExp(`^[${anyOf(SCRIPTS)}]*$`, 'u');

/** Whether every letter belongs to a script in everyday use. */
export function isInKnownScripts(text: string): boolean {
  return KNOWN.test(text);
}

/** Whether a word of the text mixes scripts whose letters look alike. */
export function mixesScripts(text: string): boolean {
  return text
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .some(word => !ACCEPTED.some(accepted => accepted.test(word)));
}

/** Small letters with the look of a Latin one, in either case. */
const LATIN_LOOKS: Readonly<Record<string, string>> = {
  // Cyrillic
  ...pairs('аaвbсcԁdеeгrһhнhіiјjкkмmпnоoрpԛqѕsтtѵvԝwѡwхxуyүyзʒьbӏlёëїïӧöӓä'),
  // Greek
  ...pairs('αaβbεeζzηnιiκkμmνvοoρpςcτtυuχxγyωwσoόóάáίí'),
  // Armenian
  ...pairs('օoոnսuհhցgյjզqգq'),
  // Latin letters that only linguists tell apart
  ...pairs('ıiɑaɡgƨ2ʏy'),
};

function pairs(text: string): Record<string, string> {
  const letters = [...text];
  const table: Record<string, string> = {};
  for (let at = 0; at < letters.length; at += 2) {
    table[letters[at]!] = letters[at + 1]!;
  }
  return table;
}

/**
 * How names of organizations, groups and projects are compared: case, width,
 * compatibility forms, blanks, dashes, joiners and look-alike letters fold
 * (RFC 8266 §2.1, plus the look-alikes). Never shown.
 *
 * @public
 */
export function nameKey(name: string): string {
  const folded = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\u200c\u200d]/gu, '')
    .replace(/\p{Pd}/gu, '-')
    .replace(/[\u2018\u2019\u02bc]/gu, "'")
    .replace(/\p{White_Space}+/gu, ' ')
    .trim();
  return Array.from(folded, letter => LATIN_LOOKS[letter] ?? letter).join('');
}
