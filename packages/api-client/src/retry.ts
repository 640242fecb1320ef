import { ApiError } from './ApiError';

/**
 * How often and after which pauses a call is repeated.
 *
 * @public
 */
export interface RetryOptions {
  /** Repetitions after the first try. */
  readonly retries: number;
  /** Before the first repetition at most, in milliseconds; then doubled. */
  readonly firstDelayMs: number;
  /** No pause is longer; an answer that asks for more is not repeated. */
  readonly longestDelayMs: number;
}

/** @public */
export const defaultRetry: RetryOptions = {
  retries: 3,
  firstDelayMs: 200,
  longestDelayMs: 5_000,
};

/**
 * What time and chance are made of; tests bring their own.
 *
 * @public
 */
export interface RetryClock {
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  random(): number;
}

export const systemClock: RetryClock = {
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      function onAbort() {
        clearTimeout(timer);
        reject(signal?.reason);
      }
      if (signal?.aborted) {
        onAbort();
      } else {
        signal?.addEventListener('abort', onAbort, { once: true });
      }
    }),
  random: Math.random,
};

/**
 * Whether repeating a call that failed like this is safe and can help.
 *
 * @param harmless - repeating it changes nothing more (the definition says so)
 */
function mayRetry(error: ApiError, harmless: boolean): boolean {
  if (error.code === 'UNREACHABLE') {
    // The request may have arrived and only its answer have been lost.
    return harmless;
  }
  return error.retryable;
}

/**
 * The pause before a repetition: random up to a bound that doubles, so that
 * clients that failed together don't come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/);
 * never shorter than the server asked for.
 *
 * @returns undefined when the server asked for too long
 */
function pauseBefore(
  repetition: number,
  error: ApiError,
  options: RetryOptions,
  random: () => number,
): number | undefined {
  const asked = error.retryAfterMs ?? 0;
  if (asked > options.longestDelayMs) {
    return undefined;
  }
  const bound = Math.min(
    options.firstDelayMs * 2 ** (repetition - 1),
    options.longestDelayMs,
  );
  return asked + random() * Math.min(bound, options.longestDelayMs - asked);
}

/**
 * Calls until it succeeds, can't be helped or has been tried often enough.
 *
 * @throws {@link ApiError} of the last try
 */
export async function withRetry<T>(
  call: () => Promise<T>,
  context: {
    harmless: boolean;
    signal?: AbortSignal;
    options: RetryOptions;
    clock: RetryClock;
    toApiError: (thrown: unknown) => ApiError;
  },
): Promise<T> {
  for (let repetition = 1; ; repetition++) {
    try {
      return await call();
    } catch (thrown) {
      const error = context.toApiError(thrown);
      const pause = pauseBefore(
        repetition,
        error,
        context.options,
        context.clock.random,
      );
      if (
        pause === undefined ||
        repetition > context.options.retries ||
        context.signal?.aborted ||
        !mayRetry(error, context.harmless)
      ) {
        throw error;
      }
      await context.clock.sleep(pause, context.signal).catch(() => {
        throw error;
      });
    }
  }
}
