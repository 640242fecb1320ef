import type { JsonValue } from '@bufbuild/protobuf';
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt';
import { toJson } from '@bufbuild/protobuf';
import { Text } from '@backstage/ui';
import type { AggregateChange } from '@callboard/plugin-eventstore-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ActorName, ObjectName } from '../display/Names';
import { Read } from '../display/Read';
import { Time } from '../display/Time';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import styles from './ObjectHistory.module.css';
import { actorOf, deedOf, describeValue, isObjectId, upTo } from './changes';

/** As many as the API gives at once. */
const PAGE_SIZE = 1000;

/**
 * Everything that happened to one object, newest first: who did it, when, and
 * what was there before and after. Up to the moment that the console shows.
 */
export function ObjectHistory(props: { id: string }) {
  const { audit } = useIam();
  const { moment } = useAsOf();
  const { id } = props;
  const history = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const changes: AggregateChange[] = [];
        let pageToken = '';
        do {
          const page = await audit.listAggregateChanges(
            { aggregateId: id, pageSize: PAGE_SIZE, pageToken },
            { signal },
          );
          changes.push(...page.changes);
          pageToken = page.nextPageToken;
        } while (pageToken);
        return changes.reverse();
      },
      [audit, id],
    ),
  );

  return (
    <Read reading={history}>
      {all => {
        const changes = upTo(all, moment);
        return changes.length === 0 ? (
          <EmptyState title="Nothing had happened by then">
            At this moment it did not exist yet.
          </EmptyState>
        ) : (
          <ol className={styles.changes} aria-label="History">
            {changes.map(change => (
              <Change key={`${change.event?.position}`} change={change} />
            ))}
          </ol>
        );
      }}
    </Read>
  );
}

function Change({ change }: { change: AggregateChange }) {
  const { event, fields } = change;
  if (!event) {
    return null;
  }
  return (
    <li className={styles.change}>
      <div className={styles.head}>
        <Text as="span" weight="bold">
          {deedOf(event.type)}
        </Text>
        <span className={styles.who}>
          <Time at={event.recordedAt} /> by{' '}
          <ActorName actor={actorOf(event.actor)} />
        </span>
      </div>
      {fields.length > 0 && (
        <dl className={styles.fields}>
          {fields.map(({ path, before, after }) => (
            <div key={path} className={styles.field}>
              <dt>
                <code>{path}</code>
              </dt>
              <dd>
                <Side label="before" value={before} />
                <span aria-hidden> → </span>
                <Side label="after" value={after} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <span className={styles.event}>
        <code>{event.type}</code> at position {`${event.position}`}
        {event.context?.ip && `, from ${event.context.ip}`}
      </span>
    </li>
  );
}

function Side(props: { label: 'before' | 'after'; value?: Value }) {
  const json: JsonValue | undefined =
    props.value && toJson(ValueSchema, props.value);
  const { text, kind } = describeValue(json);
  const Element = props.label === 'before' ? 'del' : 'ins';
  return (
    <Element className={styles[props.label]} data-kind={kind}>
      {isObjectId(text) ? <ObjectName id={text} /> : text}
    </Element>
  );
}
