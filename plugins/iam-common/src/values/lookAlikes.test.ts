import fc from 'fast-check';
import { nameKey } from './lookAlikes';
import { nameSchema } from './name';

describe('nameKey', () => {
  it.each([
    ['Acme', 'ACME'],
    ['Acme', 'Ａｃｍｅ'],
    ['Cope', 'Соре'],
    ['HOPE', 'НОРЕ'],
    ['Kappa', 'Καρρα'],
    ['O Neil', 'O\u00a0Neil'],
    ['A-B', 'A\u2010B'],
    ["O'Neil", 'O\u2019Neil'],
    ['ﬁle', 'file'],
    ['Straße', 'STRAßE'],
    ['Ёлка', 'ёлка'],
  ])('%s and %s are one name', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it.each([
    ['Acme', 'Acme 2'],
    ['Jose', 'José'],
    ['Team O', 'Team 0'],
    ['Волга', 'Volga'],
    ['rn', 'm'],
  ])('%s and %s are two', (one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });

  it('is its own key, and does not depend on case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const name = nameSchema.safeParse(text);
        fc.pre(name.success);
        const key = nameKey(name.data!);
        expect(nameKey(key)).toBe(key);
        expect(nameKey(name.data!.toLowerCase())).toBe(key);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
