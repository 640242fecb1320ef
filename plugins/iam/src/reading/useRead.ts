import { ApiError, fromConnectError } from '@callboard/api-client';
import { useCallback, useEffect, useState } from 'react';
import { useRevision } from './Revision';

/** Something that is read from the API. */
export interface Reading<T> {
  /** The newest answer; stays while a newer one is waited for. */
  readonly value?: T;
  /** Why there is no newer answer. */
  readonly error?: ApiError;
  /** An answer is waited for. */
  readonly loading: boolean;
  reload(): void;
}

type State<T> = Omit<Reading<T>, 'reload'>;

/**
 * Reads when the component appears, when `read` changes (`useCallback` it), and
 * again after each command of this console. The answer to a question that is no
 * longer asked is dropped, and its request given up.
 */
export function useRead<T>(
  read: (signal: AbortSignal) => Promise<T>,
): Reading<T> {
  const { revision } = useRevision();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<State<T>>({ loading: true });

  useEffect(() => {
    const abort = new AbortController();
    setState(({ value }) => ({ value, loading: true }));
    read(abort.signal).then(
      value => {
        if (!abort.signal.aborted) {
          setState({ value, loading: false });
        }
      },
      thrown => {
        if (!abort.signal.aborted) {
          setState(({ value }) => ({
            value,
            error: toApiError(thrown),
            loading: false,
          }));
        }
      },
    );
    return () => abort.abort();
  }, [read, revision, attempt]);

  const reload = useCallback(() => setAttempt(n => n + 1), []);
  return { ...state, reload };
}

/** Whatever was thrown, as the error that screens show. */
export function toApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : fromConnectError(thrown);
}
