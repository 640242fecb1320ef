import type { ApiError } from '@callboard/api-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toApiError } from '../reading/useRead';
import type { Subject, SubjectCells } from './cells';
import type { AccessReader } from './readAccess';

export interface Cells {
  readonly error?: ApiError;
  /** Undefined while they are read. */
  cellsOf(subject: Pick<Subject, 'id'>): SubjectCells | undefined;
  /** Reads those of subjects that came into sight. */
  ensure(subjects: readonly Subject[]): void;
  /** Takes in what was read elsewhere. */
  take(cells: ReadonlyMap<string, SubjectCells>): void;
  retry(): void;
}

/**
 * Cells of the subjects that were in sight. With another reader (`useMemo` it)
 * of the same project and moment those in sight are read again, and show what
 * they did until then.
 *
 * @param of - what the cells are of: project and moment
 */
export function useCells(reader: AccessReader, of: string): Cells {
  const [state, setState] = useState<{
    of: string;
    cells: ReadonlyMap<string, SubjectCells>;
    error?: ApiError;
  }>({ of, cells: new Map() });
  const asked = useRef({ reader, subjects: new Set<string>() });
  const inSight = useRef<readonly Subject[]>([]);

  const take = useCallback(
    (cells: ReadonlyMap<string, SubjectCells>) =>
      setState(before => ({
        of,
        cells: new Map([...(before.of === of ? before.cells : []), ...cells]),
      })),
    [of],
  );

  const ensure = useCallback(
    (subjects: readonly Subject[]) => {
      inSight.current = subjects;
      if (asked.current.reader !== reader) {
        asked.current = { reader, subjects: new Set() };
      }
      const known = asked.current.subjects;
      const missing = subjects.map(({ id }) => id).filter(id => !known.has(id));
      if (missing.length === 0) {
        return;
      }
      missing.forEach(id => known.add(id));
      reader.read(missing).then(
        cells => asked.current.reader === reader && take(cells),
        thrown => {
          missing.forEach(id => known.delete(id));
          if (asked.current.reader === reader) {
            setState(before => ({ ...before, error: toApiError(thrown) }));
          }
        },
      );
    },
    [reader, take],
  );

  useEffect(() => {
    if (inSight.current.length > 0) {
      ensure(inSight.current);
    }
  }, [ensure]);

  const cellsOf = useCallback(
    ({ id }: Pick<Subject, 'id'>) =>
      state.of === of ? state.cells.get(id) : undefined,
    [state, of],
  );
  const retry = useCallback(() => {
    setState(before => ({ ...before, error: undefined }));
    ensure(inSight.current);
  }, [ensure]);

  return { error: state.error, cellsOf, ensure, take, retry };
}
