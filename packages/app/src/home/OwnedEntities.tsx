import { stringifyEntityRef } from '@backstage/catalog-model';
import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { Link, Text } from '@backstage/ui';
import { useCallback } from 'react';
import { EntityRow } from './EntityRow';
import { HomeCard } from './HomeCard';
import styles from './list.module.css';
import { useLoadable } from './useLoadable';

const SHOWN = 8;
const KINDS = ['Component', 'API', 'Resource', 'System', 'Domain', 'Template'];

/** The first entities that the viewer, or a group of theirs, owns. */
export function OwnedEntities() {
  const catalogApi = useApi(catalogApiRef);
  const identityApi = useApi(identityApiRef);
  const catalogIndex = useRouteRef(catalogPlugin.routes.catalogIndex);

  const load = useCallback(async () => {
    const { ownershipEntityRefs } = await identityApi.getBackstageIdentity();
    return catalogApi.queryEntities({
      filter: { kind: KINDS, 'relations.ownedBy': ownershipEntityRefs },
      fields: ['kind', 'metadata.namespace', 'metadata.name', 'spec.type'],
      orderFields: { field: 'metadata.name', order: 'asc' },
      limit: SHOWN,
    });
  }, [catalogApi, identityApi]);

  const owned = useLoadable(load);
  const all = catalogIndex
    ? `${catalogIndex()}?filters[user]=owned`
    : undefined;

  return (
    <HomeCard
      title="Owned by you and your teams"
      content={owned}
      action={
        all && owned.state === 'ready' && owned.value.totalItems > SHOWN ? (
          <Link href={all} variant="body-small">
            All {owned.value.totalItems}
          </Link>
        ) : undefined
      }
    >
      {({ items }) =>
        items.length === 0 ? (
          <Text color="secondary">
            Nothing in the catalog names you or one of your groups as its owner
            yet. An entity's owner is the <code>spec.owner</code> of its
            catalog-info.yaml.
          </Text>
        ) : (
          <ul className={styles.list}>
            {items.map(entity => (
              <EntityRow
                key={stringifyEntityRef(entity)}
                entityRef={stringifyEntityRef(entity)}
                detail={[entity.spec?.type, entity.kind.toLocaleLowerCase('en')]
                  .filter(part => typeof part === 'string')
                  .join(' ')}
              />
            ))}
          </ul>
        )
      }
    </HomeCard>
  );
}
