import { useCallback, useMemo } from 'react';
import { useSearchParams } from '../shell/router';

/** What a list is asked for, as it stands in the address. */
export interface ListQuery {
  /** The value of a parameter; empty when the address has none. */
  get(name: string): string;
  /** Changes parameters; an empty value removes one. */
  set(values: Readonly<Record<string, string>>): void;
}

/**
 * Search, filters and order of a list live in the address, so that a link shows
 * what was seen. Changing them leaves no trace in the browser's history.
 */
export function useListQuery(): ListQuery {
  const [search, setSearch] = useSearchParams();

  const set = useCallback(
    (values: Readonly<Record<string, string>>) =>
      setSearch(
        current => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries(values)) {
            if (value) {
              next.set(name, value);
            } else {
              next.delete(name);
            }
          }
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );

  return useMemo(
    () => ({ get: name => search.get(name) ?? '', set }),
    [search, set],
  );
}
