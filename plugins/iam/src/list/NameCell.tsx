import { Link } from '@backstage/ui';
import type { ReactNode } from 'react';
import { useLinks } from '../shell/useLinks';
import styles from './NameCell.module.css';

/** The name of an object, with a link to it and a line of what else says which. */
export function NameCell(props: {
  id: string;
  name: string;
  detail?: ReactNode;
  icon?: ReactNode;
}) {
  const { toObject } = useLinks();
  return (
    <div className={styles.cell}>
      {props.icon && (
        <span className={styles.icon} aria-hidden>
          {props.icon}
        </span>
      )}
      <div className={styles.text}>
        <Link
          href={toObject(props.id) ?? ''}
          variant="body-medium"
          weight="bold"
          standalone
        >
          {props.name}
        </Link>
        {props.detail && <span className={styles.detail}>{props.detail}</span>}
      </div>
    </div>
  );
}
