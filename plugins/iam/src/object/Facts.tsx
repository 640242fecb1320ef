import type { ReactNode } from 'react';
import styles from './Facts.module.css';

/** A fact and what it is called; left out when there is none. */
export type Fact = readonly [label: string, value: ReactNode];

/** What there is to say about something, line by line. */
export function Facts(props: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {props.facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([label, value]) => (
          <div key={label} className={styles.fact}>
            <dt className={styles.label}>{label}</dt>
            <dd className={styles.value}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
