import { BgProvider, Text } from '@backstage/ui';
import { useId, type ReactNode } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import styles from './Section.module.css';

/** A titled part of a page. */
export function Section(props: {
  title: string;
  /** Of its heading; 2 where the page has no other title. */
  level?: 2 | 3;
  description?: ReactNode;
  /** Buttons; not shown for the past. */
  commands?: ReactNode;
  /** It holds what cannot be undone. */
  danger?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const { readOnly } = useAsOf();
  const Heading = props.level === 2 ? 'h2' : 'h3';
  return (
    // Fields and buttons in it stand out from its ground.
    <BgProvider bg="neutral-1">
      <section
        className={styles.section}
        data-danger={props.danger}
        aria-labelledby={id}
      >
        <div className={styles.head}>
          <Heading id={id} className={styles.title}>
            {props.title}
          </Heading>
          {!readOnly && props.commands && (
            <div className={styles.commands}>{props.commands}</div>
          )}
        </div>
        {props.description && (
          <Text as="p" color="secondary" className={styles.description}>
            {props.description}
          </Text>
        )}
        {props.children}
      </section>
    </BgProvider>
  );
}
