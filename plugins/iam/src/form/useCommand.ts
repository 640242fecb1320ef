import type { ApiError } from '@callboard/api-client';
import { useCallback, useState } from 'react';
import { toApiError } from '../reading/useRead';
import { useRevision } from '../reading/Revision';

/** Something that is being done. */
export interface Command<TArguments extends unknown[], TResult> {
  readonly pending: boolean;
  readonly error?: ApiError;
  /** @returns undefined when it failed; `error` says why */
  run(...args: TArguments): Promise<TResult | undefined>;
  /** Forgets the error. */
  reset(): void;
}

/**
 * Runs a command, one at a time. What is on the screen is read again when it
 * succeeded, and shows its effect.
 */
export function useCommand<TArguments extends unknown[], TResult>(
  command: (...args: TArguments) => Promise<TResult>,
): Command<TArguments, TResult> {
  const { changed } = useRevision();
  const [state, setState] = useState<{ pending: boolean; error?: ApiError }>({
    pending: false,
  });

  const run = async (...args: TArguments) => {
    setState({ pending: true });
    try {
      const result = await command(...args);
      setState({ pending: false });
      changed();
      return result;
    } catch (thrown) {
      setState({ pending: false, error: toApiError(thrown) });
      return undefined;
    }
  };

  const reset = useCallback(() => setState({ pending: false }), []);
  return { ...state, run, reset };
}
