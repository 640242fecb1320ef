import { useApi } from '@backstage/core-plugin-api';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { Link, Text } from '@backstage/ui';
import { useCallback } from 'react';
import styles from './CatalogSummary.module.css';
import { HomeCard } from './HomeCard';
import { useLoadable } from './useLoadable';

/** Kinds in the order in which a landscape is read, from the whole to its parts. */
const ORDER = [
  'Domain',
  'System',
  'Component',
  'API',
  'Resource',
  'Group',
  'User',
];

/** How many entities of each kind the catalog holds, each a way in. */
export function CatalogSummary() {
  const catalogApi = useApi(catalogApiRef);
  const catalogIndex = useRouteRef(catalogPlugin.routes.catalogIndex);

  const load = useCallback(async () => {
    const { facets } = await catalogApi.getEntityFacets({ facets: ['kind'] });
    return [...(facets.kind ?? [])].sort(
      (a, b) => rank(a.value) - rank(b.value) || a.value.localeCompare(b.value),
    );
  }, [catalogApi]);

  return (
    <HomeCard title="In the catalog" content={useLoadable(load)}>
      {kinds =>
        kinds.length === 0 ? (
          <Text color="secondary">
            The catalog is empty. Register a component to begin.
          </Text>
        ) : (
          <ul className={styles.kinds}>
            {kinds.map(({ value, count }) => (
              <li key={value} className={styles.kind}>
                <Text as="span" className={styles.count}>
                  {count.toLocaleString('en')}
                </Text>
                <Link
                  href={`${catalogIndex?.() ?? '/catalog'}?filters[kind]=${encodeURIComponent(
                    value.toLocaleLowerCase('en'),
                  )}&filters[user]=all`}
                  standalone
                  variant="body-medium"
                  className={styles.link}
                >
                  {value}
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </HomeCard>
  );
}

function rank(kind: string): number {
  const index = ORDER.indexOf(kind);
  return index === -1 ? ORDER.length : index;
}
