import { BadArgumentError } from '@callboard/plugin-eventstore-common';

/** 1,024 patterns; the names there are have three to five segments. */
const MAX_SEGMENTS = 10;

/**
 * Every pattern that includes a permission: each segment is either spelt out
 * or part of a wildcard, so a name of n segments has 2ⁿ of them. They make
 * `matchesPermission` a comparison of whole strings, which SQL can do
 * (`patterns && ?`).
 *
 * @throws BadArgumentError when the name has more than ten segments
 */
export function matchingPatterns(permission: string): string[] {
  const segments = permission.split('.');
  if (segments.length > MAX_SEGMENTS) {
    throw new BadArgumentError(
      'permission',
      `has more than ${MAX_SEGMENTS} segments`,
    );
  }
  let found = [''];
  for (const segment of segments) {
    found = found.flatMap(start => {
      const spelt = start === '' ? segment : `${start}.${segment}`;
      // A wildcard that goes on is the same pattern.
      const wild = start === '' ? '*' : `${start}.*`;
      return start === '*' || start.endsWith('.*')
        ? [spelt, start]
        : [spelt, wild];
    });
  }
  return found;
}
