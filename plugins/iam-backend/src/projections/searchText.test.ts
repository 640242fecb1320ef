import fc from 'fast-check';
import { foldText, searchTerms, searchText } from './searchText';

/** As the queries compare: all pieces are there, and all texts. */
function finds(
  query: string,
  values: string[],
  match?: 'prefix' | 'substring',
): boolean {
  const { pieces, texts } = searchTerms(query, match);
  const row = searchText(values);
  return (
    pieces.every(piece => row.pieces.includes(piece)) &&
    texts.every(text => row.search.includes(text))
  );
}

const ANN = ['Änne Müller-Lüdenscheidt', 'ann.m@example.org'];

describe('a search', () => {
  it.each([
    'anne',
    'ÄNNE',
    'dens',
    'mull lude',
    'ann.m@',
    'example.org',
    'm',
    'lu',
    'ulle',
  ])('finds %s anywhere', query => expect(finds(query, ANN)).toBe(true));

  it.each(['nn', 'u', 'ann zzz', 'mullerlud', '@'])(
    'does not find %s, or not at the beginning of a word',
    query => expect(finds(query, ANN)).toBe(false),
  );

  it('by prefix finds only beginnings of words', () => {
    for (const query of ['mull', 'ludenscheidt', 'example', 'anne m']) {
      expect(finds(query, ANN, 'prefix')).toBe(true);
    }
    for (const query of ['uller', 'xample', 'scheidt']) {
      expect(finds(query, ANN, 'prefix')).toBe(false);
    }
  });

  it('of three letters or more is a search for a substring of a word', () => {
    const letter = fc.constantFrom(...'abÄé.-ß1 ');
    const text = fc.string({ unit: letter, maxLength: 12 });
    const word = fc
      .string({
        unit: fc.constantFrom(...'abaeé.-1'),
        minLength: 3,
        maxLength: 6,
      })
      .filter(query => foldText(query).length >= 3);
    fc.assert(
      fc.property(text, word, (value, query) => {
        const expected = foldText(value)
          .split(/\s+/u)
          .some(token => token.includes(foldText(query)));
        expect(finds(query, [value])).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});
