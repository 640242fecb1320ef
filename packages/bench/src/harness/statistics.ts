/**
 * The middle of some figures; the mean of the two in the middle when their
 * number is even.
 *
 * @throws RangeError when there are none
 */
export function median(figures: readonly number[]): number {
  if (figures.length === 0) {
    throw new RangeError('There is no median of nothing');
  }
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The smallest figure that at least this share of all figures does not exceed
 * (nearest rank).
 *
 * @param share - above 0, up to 1; 0.99 for the 99th percentile
 * @throws RangeError when there are no figures, or no such share
 */
export function percentile(figures: readonly number[], share: number): number {
  if (figures.length === 0) {
    throw new RangeError('There is no percentile of nothing');
  }
  if (!(share > 0 && share <= 1)) {
    throw new RangeError('A share is above 0, up to 1');
  }
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}
