import { useRouteRef } from '@backstage/frontend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import {
  entityRouteRef,
  useEntityPresentation,
} from '@backstage/plugin-catalog-react';
import { Link, Text } from '@backstage/ui';
import styles from './EntityRow.module.css';

/** One entity as a link, with its icon, and what kind of thing it is. */
export function EntityRow(props: { entityRef: string; detail?: string }) {
  const presentation = useEntityPresentation(props.entityRef);
  const entityRoute = useRouteRef(entityRouteRef);
  const { kind, namespace, name } = parseEntityRef(props.entityRef);
  const Icon = presentation.Icon;

  return (
    <li className={styles.row}>
      <span className={styles.icon} aria-hidden="true">
        {Icon ? <Icon fontSize="inherit" /> : null}
      </span>
      <Link
        href={entityRoute?.({ kind, namespace, name }) ?? '#'}
        variant="body-medium"
        weight="bold"
        standalone
        className={styles.name}
        title={presentation.secondaryTitle ?? presentation.entityRef}
      >
        {presentation.primaryTitle}
      </Link>
      <Text variant="body-small" color="secondary">
        {props.detail ?? kind}
      </Text>
    </li>
  );
}
