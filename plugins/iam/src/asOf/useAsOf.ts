import { useCallback, useMemo } from 'react';
import { useSearchParams } from '../shell/router';
import {
  formatMoment,
  parseMoment,
  toAsOf,
  type AsOfInit,
  type Moment,
} from './Moment';

const PARAMETER = 'asOf';

/** Which moment the console shows. */
export interface AsOfState {
  /** The past moment that is shown; undefined: now. */
  readonly moment?: Moment;
  /** The same for a request; goes into every read. */
  readonly asOf?: AsOfInit;
  /** What the address says instead of a moment. */
  readonly unreadable?: string;
  /** The past cannot be changed: no commands while this is set. */
  readonly readOnly: boolean;
  /** Shows another moment; now when left out. */
  travelTo(moment?: Moment): void;
}

/** The moment that the address names. */
export function useAsOf(): AsOfState {
  const [search, setSearch] = useSearchParams();
  const text = search.get(PARAMETER) ?? undefined;

  const travelTo = useCallback(
    (moment?: Moment) =>
      setSearch(current => {
        const next = new URLSearchParams(current);
        if (moment) {
          next.set(PARAMETER, formatMoment(moment));
        } else {
          next.delete(PARAMETER);
        }
        return next;
      }),
    [setSearch],
  );

  // The same object for the same address: reads depend on it.
  const shown = useMemo(() => {
    const moment = text === undefined ? undefined : parseMoment(text);
    return {
      moment,
      asOf: moment && toAsOf(moment),
      unreadable: moment ? undefined : text,
      readOnly: text !== undefined,
    };
  }, [text]);

  return useMemo(() => ({ ...shown, travelTo }), [shown, travelTo]);
}
