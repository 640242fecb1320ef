import { useApi } from '@backstage/core-plugin-api';
import { visitsApiRef } from '@backstage/plugin-home';
import { Link, Text } from '@backstage/ui';
import { useCallback } from 'react';
import { EntityRow } from './EntityRow';
import { HomeCard } from './HomeCard';
import styles from './list.module.css';
import rowStyles from './EntityRow.module.css';
import { timeAgo } from './timeAgo';
import { useLoadable } from './useLoadable';
import { usePageTitle } from '../layout/usePageTitle';

const SHOWN = 8;

/** Where the viewer has been last, newest first, on any of their machines. */
export function RecentVisits() {
  const visitsApi = useApi(visitsApiRef);
  const load = useCallback(
    () =>
      visitsApi.list({
        limit: SHOWN,
        orderBy: [{ field: 'timestamp', direction: 'desc' }],
        filterBy: [{ field: 'pathname', operator: '!=', value: '/' }],
      }),
    [visitsApi],
  );
  const visits = useLoadable(load);
  const pageTitle = usePageTitle();

  return (
    <HomeCard title="Recently visited" content={visits}>
      {items =>
        items.length === 0 ? (
          <Text color="secondary">
            The pages that you open will be listed here.
          </Text>
        ) : (
          <ul className={styles.list}>
            {items.map(visit =>
              visit.entityRef ? (
                <EntityRow
                  key={visit.id}
                  entityRef={visit.entityRef}
                  detail={timeAgo(visit.timestamp, Date.now())}
                />
              ) : (
                <li key={visit.id} className={rowStyles.row}>
                  <Link
                    href={visit.pathname}
                    variant="body-medium"
                    weight="bold"
                    standalone
                    className={rowStyles.name}
                  >
                    {pageTitle(visit.pathname)}
                  </Link>
                  <Text variant="body-small" color="secondary">
                    {timeAgo(visit.timestamp, Date.now())}
                  </Text>
                </li>
              ),
            )}
          </ul>
        )
      }
    </HomeCard>
  );
}
