/**
 * Waits for a promise, but not longer than until a signal aborts; then its
 * reason is thrown and the promise left to itself.
 */
export async function raceWithSignal<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Whichever of the two lost has nobody to report to any more.
    promise.catch(() => {});
    aborted.catch(() => {});
  }
}
