import type { ApiError } from '@callboard/api-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toApiError } from '../reading/useRead';
import type { Subject } from './cells';
import type { SubjectSource } from './SubjectSource';

interface State {
  readonly rows: readonly Subject[];
  readonly total?: number;
  readonly next?: string;
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  readonly error?: ApiError;
}

export interface Subjects extends State {
  /** Reads the next page, if there is one and none is being read. */
  more(): void;
}

const NOTHING: State = { rows: [], isComplete: false, isLoading: true };

/** The rows of a source (`useMemo` it), as far as they were scrolled to. */
export function useSubjects(source: SubjectSource): Subjects {
  const [state, setState] = useState(NOTHING);
  const current = useRef({ state: NOTHING, source, isReading: false });

  const put = useCallback((change: Partial<State>) => {
    current.current.state = { ...current.current.state, ...change };
    setState(current.current.state);
  }, []);

  const read = useCallback(
    async (signal?: AbortSignal) => {
      const { state: before, source: of } = current.current;
      current.current.isReading = true;
      put({ isLoading: true, error: undefined });
      try {
        const page = await of.page(before.next, signal);
        if (current.current.source === of) {
          current.current.isReading = false;
          put({
            rows: [...current.current.state.rows, ...page.subjects],
            next: page.next,
            total: page.next
              ? page.total
              : current.current.state.rows.length + page.subjects.length,
            isComplete: page.next === undefined,
            isLoading: false,
          });
        }
      } catch (thrown) {
        if (current.current.source === of && !signal?.aborted) {
          current.current.isReading = false;
          put({ error: toApiError(thrown), isLoading: false });
        }
      }
    },
    [put],
  );

  useEffect(() => {
    const abort = new AbortController();
    current.current = { state: NOTHING, source, isReading: false };
    setState(NOTHING);
    read(abort.signal);
    return () => abort.abort();
  }, [source, read]);

  const more = useCallback(() => {
    const { state: now, isReading } = current.current;
    if (!isReading && !now.isComplete) {
      read();
    }
  }, [read]);

  return { ...state, more };
}
