import { defineClaim, newAggregateId } from '.';

describe('defineClaim', () => {
  const email = defineClaim({ kind: 'iam.user.email', personal: true });

  it('makes equal what people take for equal', () => {
    const spellings = [
      'Ann@Example.org',
      '  ann@example.org ',
      'ＡＮＮ@example.org',
    ];
    const values = spellings.map(value => email.claim(value).value);
    expect(new Set(values)).toEqual(new Set(['ann@example.org']));
  });

  it('makes changes', () => {
    const [a, b] = [newAggregateId('iam.user'), newAggregateId('iam.user')];
    expect(email.claim('x')).toMatchObject({ op: 'claim', personal: true });
    expect(email.release('x', a)).toMatchObject({ op: 'release', owner: a });
    expect(email.move('x', a, b)).toEqual({
      op: 'move',
      kind: 'iam.user.email',
      scope: 'instance',
      personal: true,
      value: 'x',
      from: a,
      owner: b,
    });
  });

  it('compares as it is told to', () => {
    const exact = defineClaim({
      kind: 'github.app.slug',
      scope: 'global',
      normalize: value => value,
    });
    expect(exact.claim('A').value).toBe('A');
    expect(exact.claim('A').scope).toBe('global');
  });

  it.each(['', '   ', 'a\u0000b', 'x'.repeat(513), undefined])(
    'refuses the value %j',
    value => {
      expect(() => email.claim(value as string)).toThrow(
        expect.objectContaining({
          code: 'eventstore.bad_argument',
          field: 'value',
        }),
      );
    },
  );

  it.each(['', 'email', 'Iam.user.email', 'a.b.c.d.e'])(
    'refuses the kind %j',
    kind => {
      expect(() => defineClaim({ kind })).toThrow(
        expect.objectContaining({ field: 'kind' }),
      );
    },
  );
});
