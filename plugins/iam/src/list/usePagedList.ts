import { useCallback, useEffect, useState } from 'react';
import { useRead, type Reading } from '../reading/useRead';

export const PAGE_SIZE = 50;

/** What a list request answers. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
  /** How many there are in all. */
  readonly total?: bigint;
}

/** A page of a list, and the way to the others. */
export interface PagedList<T> extends Reading<Page<T>> {
  /** How many items are on the pages before. */
  readonly offset: number;
  /** Undefined on the last page. */
  readonly next?: () => void;
  /** Undefined on the first page. */
  readonly previous?: () => void;
}

/**
 * Reads a list page by page. Another `load` (`useCallback` it: filter, order
 * and moment are in it) begins with the first page.
 *
 * @param load - given the token of a page, which is empty for the first one
 */
export function usePagedList<T>(
  load: (page: {
    pageToken: string;
    pageSize: number;
    signal: AbortSignal;
  }) => Promise<Page<T>>,
): PagedList<T> {
  // The tokens of the pages up to this one belong to one `load`.
  const [way, setWay] = useState<{ load: unknown; tokens: readonly string[] }>({
    load,
    tokens: [],
  });
  const tokens = way.load === load ? way.tokens : [];
  const pageToken = tokens[tokens.length - 1] ?? '';

  useEffect(() => {
    setWay(current => (current.load === load ? current : { load, tokens: [] }));
  }, [load]);

  const reading = useRead(
    useCallback(
      (signal: AbortSignal) => load({ pageToken, pageSize: PAGE_SIZE, signal }),
      [load, pageToken],
    ),
  );
  const nextPageToken = reading.loading
    ? undefined
    : reading.value?.nextPageToken;

  return {
    ...reading,
    offset: tokens.length * PAGE_SIZE,
    next: nextPageToken
      ? () => setWay({ load, tokens: [...tokens, nextPageToken] })
      : undefined,
    previous:
      tokens.length > 0
        ? () => setWay({ load, tokens: tokens.slice(0, -1) })
        : undefined,
  };
}
