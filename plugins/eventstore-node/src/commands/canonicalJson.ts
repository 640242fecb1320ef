/**
 * A value as text that is the same for equal values: keys in order, absent
 * ones left out as JSON does.
 *
 * @throws TypeError for what JSON cannot express (cycles, bigint)
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
