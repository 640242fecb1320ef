import { setUpLink } from './setUpLink.ts';

const link = 'http://localhost:7007/iam/set-up#cbset_Ab-9_x';

it.each([
  [`{"level":"info","message":"Set up this portal at ${link}"}`, link],
  [`iam info Set up this portal within 24 hours at ${link}`, link],
  ['GET http://localhost:7007/iam/set-up', undefined],
  ['Plugin initialization complete', undefined],
])('finds the link in %j', (line, expected) => {
  expect(setUpLink(line)).toBe(expected);
});
