import { matchesPermission } from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import { matchingPatterns } from './matchingPatterns';

const segment = fc.constantFrom('iam', 'user', 'read', 'a', 'b');
const names = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map(segments => segments.join('.'));
const patterns = fc
  .array(fc.oneof(segment, fc.constant('*')), { minLength: 1, maxLength: 6 })
  .map(segments => segments.join('.'))
  .filter(pattern => !pattern.includes('*.*'));

describe('the patterns that include a permission', () => {
  it('are those that match it, and no others', () => {
    expect(matchingPatterns('iam.read').sort()).toEqual([
      '*',
      '*.read',
      'iam.*',
      'iam.read',
    ]);
    fc.assert(
      fc.property(names, patterns, (name, pattern) => {
        expect(matchingPatterns(name).includes(pattern)).toBe(
          matchesPermission(pattern, name),
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it('are 2ⁿ different ones', () => {
    const found = matchingPatterns('a.b.c.d.e');
    expect(found).toHaveLength(32);
    expect(new Set(found).size).toBe(32);
  });

  it('are refused for a name that is too long', () => {
    expect(() => matchingPatterns(Array(11).fill('a').join('.'))).toThrow(
      'permission: has more than 10 segments',
    );
  });
});
