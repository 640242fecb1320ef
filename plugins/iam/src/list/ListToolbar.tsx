import { SearchField } from '@backstage/ui';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './ListToolbar.module.css';
import type { ListQuery } from './useListQuery';

/** How long somebody may pause between two letters of a word. */
const PAUSE_MS = 250;

/** Above a list: search on the left, filters beside it, commands on the right. */
export function ListToolbar(props: {
  /** What can be searched, such as "Search people". */
  searchLabel: string;
  query: ListQuery;
  filters?: ReactNode;
  commands?: ReactNode;
}) {
  const { query } = props;
  const inAddress = query.get('q');
  const [typed, setTyped] = useState(inAddress);
  const written = useRef(inAddress);

  // The address may change without typing: by going back, or by a link.
  useEffect(() => {
    if (inAddress !== written.current) {
      written.current = inAddress;
      setTyped(inAddress);
    }
  }, [inAddress]);

  useEffect(() => {
    if (typed === written.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      written.current = typed;
      query.set({ q: typed });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, query]);

  return (
    <div
      className={styles.toolbar}
      role="search"
      aria-label={props.searchLabel}
    >
      <SearchField
        className={styles.search}
        size="small"
        aria-label={props.searchLabel}
        placeholder={props.searchLabel}
        value={typed}
        onChange={setTyped}
      />
      <div className={styles.filters}>{props.filters}</div>
      <div className={styles.commands}>{props.commands}</div>
    </div>
  );
}
