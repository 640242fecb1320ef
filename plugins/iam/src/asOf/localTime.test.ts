import { formatLocal, parseLocal } from './localTime';

it('reads back what an input holds, to the minute', () => {
  const time = new Date(2026, 10, 20, 23, 45);
  expect(formatLocal(time)).toBe('2026-11-20T23:45');
  expect(parseLocal('2026-11-20T23:45')).toEqual({ kind: 'time', time });
});

it('sees no time in an empty or half-filled input', () => {
  expect(parseLocal('')).toBeUndefined();
  expect(parseLocal('2026-11-T')).toBeUndefined();
});
