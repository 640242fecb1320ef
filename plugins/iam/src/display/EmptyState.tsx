import { Text } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

/** Says why there is nothing to see, and what can be done about it. */
export function EmptyState(props: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <Text as="p" weight="bold">
        {props.title}
      </Text>
      {props.children && (
        <Text as="p" color="secondary">
          {props.children}
        </Text>
      )}
      {props.action}
    </div>
  );
}
