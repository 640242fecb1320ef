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

/** The reading of one source. */
interface Run {
  readonly source: SubjectSource;
  readonly abort: AbortController;
  state: State;
}

const NOTHING: State = { rows: [], isComplete: false, isLoading: true };

/** The rows of a source (`useMemo` it), as far as they were scrolled to. */
export function useSubjects(source: SubjectSource): Subjects {
  const [state, setState] = useState(NOTHING);
  // Of the source that is read now; what another one answers late is dropped.
  const current = useRef<Run>();

  const read = useCallback(async (run: Run) => {
    const put = (change: Partial<State>) => {
      if (current.current === run) {
        run.state = { ...run.state, ...change };
        setState(run.state);
      }
    };
    put({ isLoading: true, error: undefined });
    try {
      const page = await run.source.page(run.state.next, run.abort.signal);
      const rows = [...run.state.rows, ...page.subjects];
      put({
        rows,
        next: page.next,
        total: page.next ? page.total : rows.length,
        isComplete: page.next === undefined,
        isLoading: false,
      });
    } catch (thrown) {
      put({ error: toApiError(thrown), isLoading: false });
    }
  }, []);

  useEffect(() => {
    const run = { source, state: NOTHING, abort: new AbortController() };
    current.current = run;
    setState(NOTHING);
    read(run);
    return () => {
      current.current = undefined;
      run.abort.abort();
    };
  }, [source, read]);

  const more = useCallback(() => {
    const run = current.current;
    if (run && !run.state.isLoading && !run.state.isComplete) {
      read(run);
    }
  }, [read]);

  return { ...state, more };
}
