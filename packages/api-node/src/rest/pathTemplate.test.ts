import { parsePathTemplate } from './pathTemplate';

const literal = (text: string) => ({ kind: 'literal', text });

it.each([
  ['/v1', [literal('v1')]],
  ['/v1/*', [literal('v1'), { kind: 'one' }]],
  ['/v1/**', [literal('v1'), { kind: 'rest' }]],
  ['/a-b_c.d~e/%C3%A4', [literal('a-b_c.d~e'), literal('ä')]],
])('reads the segments of %s', (text, segments) => {
  expect(parsePathTemplate(text)).toEqual({ text, segments, variables: [] });
});

it('reads variables with and without patterns, and the verb', () => {
  expect(
    parsePathTemplate('/v1/{a}/x/{b.c=shelves/*/books/**}:move'),
  ).toMatchObject({
    segments: [
      literal('v1'),
      { kind: 'one' },
      literal('x'),
      literal('shelves'),
      { kind: 'one' },
      literal('books'),
      { kind: 'rest' },
    ],
    variables: [
      { fieldPath: ['a'], from: 1, to: 2, single: true },
      { fieldPath: ['b', 'c'], from: 3, to: 7, single: false },
    ],
    verb: 'move',
  });
});

it('tells {var=*} from {var=x}', () => {
  expect(parsePathTemplate('/{a=*}').variables[0]?.single).toBe(true);
  expect(parsePathTemplate('/{a=x}').variables[0]?.single).toBe(false);
  expect(parsePathTemplate('/{a=**}').variables[0]?.single).toBe(false);
});

it.each([
  ['v1', 'starts with /'],
  ['/v1/**/x', '** has to be the last segment'],
  ['/v1/{a=**}/x', '** has to be the last segment'],
  ['/v1/{a', 'is not closed'],
  ['/v1/{a}/{a}', "'a' is bound twice"],
  ['/v1/{a=b=c}', 'has two patterns'],
  ['/v1/{1a}', "can't be a field path"],
  ['/v1/{}', "can't be a field path"],
  ['/v1/{a={b}}', "can't be a segment"],
  ['/v1//x', "can't be a segment"],
  ['/v1/', "can't be a segment"],
  ['/v1/a b', "can't be a segment"],
  ['/v1/a:', "can't be a verb"],
])('refuses %s', (text, reason) => {
  expect(() => parsePathTemplate(text)).toThrow(reason);
});
