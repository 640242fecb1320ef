const UNITS: Array<[Intl.RelativeTimeFormatUnit, number]> = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/**
 * How long ago something was, in the largest unit that fits: "5 minutes ago".
 *
 * @param then - milliseconds since the epoch
 * @param now - milliseconds since the epoch
 */
export function timeAgo(then: number, now: number): string {
  const elapsed = Math.max(0, now - then);
  const unit = UNITS.find(([, milliseconds]) => elapsed >= milliseconds);
  if (!unit) {
    return 'just now';
  }
  const [name, milliseconds] = unit;
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(
    -Math.floor(elapsed / milliseconds),
    name,
  );
}
