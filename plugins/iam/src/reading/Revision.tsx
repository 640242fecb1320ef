import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useState,
  type ReactNode,
} from 'react';

interface RevisionState {
  /** Goes up with each command; what is on the screen is then read again. */
  readonly revision: number;
  /** Says that something has been changed. */
  changed(): void;
}

const RevisionContext = createContext<RevisionState>({
  revision: 0,
  changed: () => undefined,
});

export function RevisionProvider(props: { children: ReactNode }) {
  const [revision, setRevision] = useState(0);
  const changed = useCallback(() => setRevision(n => n + 1), []);
  const state = useMemo(() => ({ revision, changed }), [revision, changed]);
  return (
    <RevisionContext.Provider value={state}>
      {props.children}
    </RevisionContext.Provider>
  );
}

export function useRevision(): RevisionState {
  return useContext(RevisionContext);
}
