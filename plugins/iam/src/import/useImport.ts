import { fetchApiRef, useApi } from '@backstage/frontend-plugin-api';
import type { ApiError } from '@callboard/api-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useRevision } from '../reading/Revision';
import { toApiError } from '../reading/useRead';
import { runImport, type FailedRow, type ImportCounts } from './runImport';

/** As many failed rows are on the screen; all are in the report. */
export const SHOWN_FAILURES = 200;

const NOTHING: ImportCounts = { rows: 0, added: 0, valid: 0, failed: 0 };

export interface ImportState {
  readonly step:
    | 'ready'
    | 'trying'
    | 'tried'
    | 'importing'
    | 'stopped'
    | 'imported';
  readonly counts: ImportCounts;
  /** The first ones. */
  readonly failures: readonly FailedRow[];
  /** How many rows there are in all, once a trial has counted them. */
  readonly total?: number;
  readonly error?: ApiError;
}

const READY: ImportState = { step: 'ready', counts: NOTHING, failures: [] };

type Request = Omit<Parameters<typeof runImport>[1], 'dryRun'>;

/** A trial, then the import; each can be stopped, and the import gone on with. */
export function useImport() {
  const fetchApi = useApi(fetchApiRef);
  const { changed } = useRevision();
  const [state, setState] = useState<ImportState>(READY);
  const running = useRef<AbortController>();

  useEffect(() => () => running.current?.abort(), []);

  const run = useCallback(
    async (request: Request, dryRun: boolean) => {
      const abort = new AbortController();
      running.current?.abort();
      running.current = abort;
      const put = (change: (before: ImportState) => ImportState) =>
        running.current === abort && setState(change);
      put(({ total }) => ({
        ...READY,
        step: dryRun ? 'trying' : 'importing',
        total: dryRun ? undefined : total,
      }));
      try {
        const told = runImport(fetchApi, { ...request, dryRun }, abort.signal);
        for await (const each of told) {
          put(before =>
            each.kind === 'failure'
              ? {
                  ...before,
                  failures: [...before.failures, each.failure].slice(
                    0,
                    SHOWN_FAILURES,
                  ),
                }
              : { ...before, counts: each.counts },
          );
        }
        put(before => ({
          ...before,
          step: dryRun ? 'tried' : 'imported',
          total: before.counts.rows,
        }));
        if (!dryRun) {
          changed();
        }
      } catch (thrown) {
        put(before => ({
          ...before,
          step: dryRun ? 'ready' : 'stopped',
          error: abort.signal.aborted ? undefined : toApiError(thrown),
        }));
      }
    },
    [fetchApi, changed],
  );

  const stop = useCallback(() => running.current?.abort(), []);
  const reset = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState(READY);
  }, []);

  return { ...state, run, stop, reset };
}
