import { useRouteRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import { ActorName } from '../display/Names';
import { Time } from '../display/Time';
import { eventRouteRef } from '../routes';
import styles from './DecidedBy.module.css';

/** Who decided something, when, and by which event of the log. */
export function DecidedBy(props: {
  position: number;
  by: string;
  /** In milliseconds since 1970. */
  at?: number;
}) {
  const toEvent = useRouteRef(eventRouteRef);
  const event = `event ${props.position}`;
  return (
    <span className={styles.decided}>
      {props.at !== undefined && (
        <>
          since <Time at={new Date(props.at)} />
        </>
      )}
      {props.by && (
        <>
          {', decided by '}
          <ActorName actor={props.by} />
        </>
      )}
      {props.position > 0 && (
        <>
          {', '}
          {toEvent ? (
            <Link href={toEvent({ position: `${props.position}` })}>
              {event}
            </Link>
          ) : (
            event
          )}
        </>
      )}
    </span>
  );
}
