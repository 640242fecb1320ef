/** The reasons of those that were rejected. */
export function reasonsOf(results: readonly PromiseSettledResult<unknown>[]) {
  return results.flatMap(result =>
    result.status === 'rejected' ? [result.reason] : [],
  );
}

/** The values of those that were fulfilled. */
export function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap(result =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
}
