import { toError } from '@backstage/errors';
import { useEffect, useState } from 'react';
import type { Loadable } from './HomeCard';

/**
 * Runs `load` when the component appears and on retry, and drops the answer of
 * a run that is no longer wanted. `load` must keep its identity between
 * renders (useCallback).
 */
export function useLoadable<T>(load: () => Promise<T>): Loadable<T> {
  const [attempt, setAttempt] = useState(0);
  const [loadable, setLoadable] = useState<Loadable<T>>({ state: 'loading' });

  useEffect(() => {
    let current = true;
    setLoadable({ state: 'loading' });
    load().then(
      value => current && setLoadable({ state: 'ready', value }),
      error =>
        current &&
        setLoadable({
          state: 'failed',
          error: toError(error),
          retry: () => setAttempt(n => n + 1),
        }),
    );
    return () => {
      current = false;
    };
  }, [load, attempt]);

  return loadable;
}
