/**
 * Waits for a time.
 *
 * @param onWait - is given a function that ends the wait early
 * @throws the signal's reason when it is aborted
 */
export async function pause(
  ms: number,
  signal?: AbortSignal,
  onWait?: (stop: () => void) => void,
): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => end(resolve), ms);
    function end(settle: () => void) {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    }
    function abort() {
      end(() => reject(signal!.reason));
    }
    signal?.addEventListener('abort', abort, { once: true });
    onWait?.(() => end(resolve));
  });
}
