import type { ReactNode } from 'react';
import styles from './StatusBadge.module.css';

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

/** How something is, in a word. */
export function StatusBadge(props: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={props.tone ?? 'neutral'}>
      {props.children}
    </span>
  );
}
