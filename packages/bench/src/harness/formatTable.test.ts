import { formatFigure, formatTable } from './formatTable';
import { toRow } from './Row';

describe('formatFigure', () => {
  it.each([
    [29_950.4, '29,950'],
    [0.123456, '0.123'],
    [7, '7'],
    [999.4, '999'],
  ])('writes %d as %s', (figure, text) => {
    expect(formatFigure(figure)).toBe(text);
  });
});

describe('formatTable', () => {
  it('puts the rows into columns and says which miss their target', () => {
    const rows = [
      toRow({
        id: 'append',
        title: 'append',
        value: 29_000,
        unit: 'events/s',
        peer: { name: 'another', value: 5_800 },
        target: { all: [{ of: 'ratio', is: 'atLeast', bound: 6 }] },
      }),
      toRow({
        id: 'idle',
        title: 'idle cost',
        value: 1.5,
        unit: '%',
        target: { all: [{ of: 'value', is: 'under', bound: 2 }] },
      }),
    ];
    expect(formatTable(rows).split('\n')).toEqual([
      '      measured   value            peer             ratio  target',
      'MISS  append     29,000 events/s  5,800 (another)  5 ×    ≥ 6 × peer',
      'pass  idle cost  1.5 %                                    < 2 %',
    ]);
  });
});
