import type { Event } from '@callboard/plugin-eventstore-common/api';
import { useCallback } from 'react';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { useAsOf } from '../asOf/useAsOf';
import type { Moment } from '../asOf/Moment';
import { EmptyState } from '../display/EmptyState';
import { ActorName, ObjectName } from '../display/Names';
import { Read } from '../display/Read';
import { Time } from '../display/Time';
import { actorOf, deedOf, subjectOf } from '../history/changes';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import styles from './Overview.module.css';

const SHOWN = 8;

/** What happened last to who may do what. */
export function RecentChanges() {
  const { audit } = useIam();
  const { moment } = useAsOf();
  const events = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const page = await audit.searchEvents(
          {
            filter: { plugin: 'iam', ...before(moment) },
            pageSize: SHOWN,
            through: moment?.kind === 'position' ? moment.position : 0n,
          },
          { signal },
        );
        return page.events;
      },
      [audit, moment],
    ),
  );
  return (
    <Section title="Latest changes">
      <Read reading={events}>
        {all =>
          all.length === 0 ? (
            <EmptyState title="Nothing has happened yet" />
          ) : (
            <ol className={styles.changes}>
              {all.map(event => (
                <RecentChange key={event.id} event={event} />
              ))}
            </ol>
          )
        }
      </Read>
    </Section>
  );
}

/** The filter has no "at or before": the next millisecond is not in it. */
function before(moment: Moment | undefined) {
  return moment?.kind === 'time'
    ? { before: timestampFromMs(moment.time.getTime() + 1) }
    : {};
}

function RecentChange({ event }: { event: Event }) {
  const subject = subjectOf(event.aggregateId, event.payload);
  return (
    <li className={styles.change}>
      <span className={styles.deed}>
        <strong>{deedOf(event.type)}</strong>{' '}
        <span className={styles.what}>{subject.what}</span>{' '}
        {subject.id && <ObjectName id={subject.id} />}
      </span>
      <span className={styles.who}>
        <Time at={event.recordedAt} /> by{' '}
        <ActorName actor={actorOf(event.actor)} />
      </span>
    </li>
  );
}
