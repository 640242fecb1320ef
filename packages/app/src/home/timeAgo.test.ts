import { timeAgo } from './timeAgo';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 0, 15, 12);

it.each([
  [0, 'just now'],
  [minute - 1, 'just now'],
  [minute, '1 minute ago'],
  [2 * minute - 1, '1 minute ago'],
  [hour - 1, '59 minutes ago'],
  [hour, '1 hour ago'],
  [day - 1, '23 hours ago'],
  [day, 'yesterday'],
  [2 * day, '2 days ago'],
  [400 * day, '400 days ago'],
])('%d ms ago is "%s"', (elapsed, expected) => {
  expect(timeAgo(now - elapsed, now)).toBe(expected);
});

it('takes a clock that runs ahead for now', () => {
  expect(timeAgo(now + hour, now)).toBe('just now');
});
