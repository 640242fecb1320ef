import { toRow, type Finding, type Target } from './Row';

const finding = (value: number, target: Target): Finding => ({
  id: 'append',
  title: 'append',
  value,
  unit: 'events/s',
  peer: { name: 'another', value: 100 },
  target,
});

describe('toRow', () => {
  it('has what is needed to judge the figure', () => {
    expect(
      toRow(finding(650, { all: [{ of: 'ratio', is: 'atLeast', bound: 6 }] })),
    ).toEqual({
      id: 'append',
      title: 'append',
      value: 650,
      unit: 'events/s',
      peer: 'another',
      peerValue: 100,
      ratio: 6.5,
      target: '≥ 6 × peer',
      pass: true,
    });
  });

  it('meets `atLeast` at the bound, and `under` only below it', () => {
    const pass = (is: 'atLeast' | 'under', value: number) =>
      toRow(finding(value, { all: [{ of: 'value', is, bound: 10 }] })).pass;
    expect([pass('atLeast', 10), pass('atLeast', 9.9)]).toEqual([true, false]);
    expect([pass('under', 9.9), pass('under', 10)]).toEqual([true, false]);
  });

  it('needs every bound of `all` and one of `any`', () => {
    const bounds = [
      { of: 'value', is: 'atLeast', bound: 1_000 },
      { of: 'ratio', is: 'atLeast', bound: 2 },
    ] as const;
    expect(toRow(finding(200, { all: bounds }))).toMatchObject({
      pass: false,
      target: '≥ 1,000 events/s and ≥ 2 × peer',
    });
    expect(toRow(finding(200, { any: bounds }))).toMatchObject({
      pass: true,
      target: '≥ 1,000 events/s or ≥ 2 × peer',
    });
  });

  it('has no ratio without a peer, and misses a target that needs one', () => {
    const { peer, ...alone } = finding(1_000, {
      all: [{ of: 'ratio', is: 'atLeast', bound: 2 }],
    });
    expect(toRow(alone)).toMatchObject({
      peer: null,
      peerValue: null,
      ratio: null,
      pass: false,
    });
  });

  it.each([Number.NaN, Infinity, -Infinity])('misses with %d', value => {
    for (const is of ['atLeast', 'under'] as const) {
      expect(
        toRow(finding(value, { all: [{ of: 'value', is, bound: 1 }] })).pass,
      ).toBe(false);
    }
  });
});
