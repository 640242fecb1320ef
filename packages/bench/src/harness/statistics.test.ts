import { median, percentile } from './statistics';

describe('median', () => {
  it('is the figure in the middle, by size and not by text', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('is the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('leaves the figures as they are', () => {
    const figures = [3, 1, 2];
    median(figures);
    expect(figures).toEqual([3, 1, 2]);
  });

  it('is not made up', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0.01, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('%d of 1 to 100 is %d', (share, figure) => {
    expect(percentile(hundred, share)).toBe(figure);
  });

  it('of one figure is that figure', () => {
    expect(percentile([7], 0.99)).toBe(7);
  });

  it.each([0, -1, 1.01, Number.NaN])('refuses the share %d', share => {
    expect(() => percentile([1], share)).toThrow(RangeError);
  });

  it('is not made up', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
