import { formatMoment, parseMoment, toAsOf } from './Moment';

it.each(['2026-11-20T12:00:00.000Z', '1', '9007199254740991'])(
  'reads %s and writes the same',
  text => {
    expect(formatMoment(parseMoment(text)!)).toBe(text);
  },
);

it('takes a time of any zone', () => {
  expect(parseMoment('2026-11-20T13:00+01:00')).toEqual({
    kind: 'time',
    time: new Date('2026-11-20T12:00:00Z'),
  });
});

it.each([
  '',
  '0',
  '-1',
  '1.5',
  '9007199254740992',
  'yesterday',
  '2026-11-20',
  '2026-13-01T00:00:00Z',
])('sees no moment in %j', text => {
  expect(parseMoment(text)).toBeUndefined();
});

it('asks for a position or a time', () => {
  expect(toAsOf(parseMoment('42')!)).toEqual({
    moment: { case: 'position', value: 42n },
  });
  expect(toAsOf(parseMoment('1970-01-01T00:00:01.500Z')!)).toMatchObject({
    moment: { case: 'time', value: { seconds: 1n, nanos: 500_000_000 } },
  });
});
