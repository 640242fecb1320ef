import { useCallback, useEffect, useState } from 'react';
import { Editing } from './Editing';

/** While the page is open, edits that were not saved outlive a look elsewhere. */
const kept = new Map<string, Editing>();

/**
 * What is edited in the matrix of a project, and how to change it. The browser
 * asks before it closes a page with edits.
 */
export function useKeptEditing(
  project: string,
): [Editing, (change: (editing: Editing) => Editing) => void] {
  const [state, setState] = useState(() => kept.get(project) ?? Editing.none);

  const change = useCallback(
    (by: (editing: Editing) => Editing) =>
      setState(before => {
        const after = by(before);
        kept.set(project, after);
        return after;
      }),
    [project],
  );

  const isEmpty = state.size === 0;
  useEffect(() => {
    if (isEmpty) {
      return undefined;
    }
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isEmpty]);

  return [state, change];
}

/** For tests. */
export function forgetKeptEditing(): void {
  kept.clear();
}
