import { Link } from '@backstage/ui';
import { useLinks } from '../shell/useLinks';
import styles from './CountTiles.module.css';

/** How many there are of something, with a link to the list of them. */
export interface Count {
  readonly label: string;
  readonly total: bigint | undefined;
  /** A path under the console. */
  readonly path: string;
}

const number = new Intl.NumberFormat(undefined);

export function CountTiles(props: { counts: readonly Count[] }) {
  const links = useLinks();
  return (
    <ul className={styles.counts}>
      {props.counts.map(({ label, total, path }) => (
        <li key={label} className={styles.count}>
          <span className={styles.number}>{number.format(total ?? 0n)}</span>
          <Link
            href={links.to(path)}
            variant="body-medium"
            standalone
            className={styles.link}
          >
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
