import { Link, Text } from '@backstage/ui';
import { AccessDecision } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Read } from '../display/Read';
import { StatusBadge } from '../display/StatusBadge';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { useLinks } from '../shell/useLinks';
import { byPlugin, readMayDo, type MayDo } from './mayDo';
import styles from './MayDoList.module.css';
import type { KnownPermission } from './permissionCatalog';

/** Everything that somebody may do at a place, each with a way to why. */
export function MayDoList(props: {
  subject: string;
  scope: string;
  permissions: readonly KnownPermission[];
}) {
  const { subject, scope, permissions } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const all = useRead(
    useCallback(
      (signal: AbortSignal) =>
        readMayDo(management, { subject, scope }, permissions, asOf, signal),
      [management, subject, scope, permissions, asOf],
    ),
  );
  return (
    <Read reading={all}>
      {decided => {
        const groups = byPlugin(decided);
        return groups.length === 0 ? (
          <EmptyState title="Nothing">
            Of the {decided.length} permissions that are known, none is held
            here.
          </EmptyState>
        ) : (
          <div className={styles.groups}>
            {groups.map(([plugin, allowed]) => (
              <section key={plugin} aria-label={plugin}>
                <h3>{plugin}</h3>
                <ul className={styles.list}>
                  {allowed.map(each => (
                    <Entry
                      key={each.permission.name}
                      each={each}
                      subject={subject}
                      scope={scope}
                    />
                  ))}
                </ul>
              </section>
            ))}
            <Text as="p" variant="body-small" color="secondary">
              {groups.reduce((sum, [, allowed]) => sum + allowed.length, 0)} of{' '}
              {decided.length} permissions that are known.
            </Text>
          </div>
        );
      }}
    </Read>
  );
}

function Entry(props: { each: MayDo; subject: string; scope: string }) {
  const { permission, decision } = props.each;
  const links = useLinks();
  const query = new URLSearchParams({
    subject: props.subject,
    permission: permission.name,
    scope: props.scope,
  });
  return (
    <li className={styles.entry}>
      <Link href={links.to(`explorer?${query}`)}>{permission.name}</Link>
      {decision === AccessDecision.CONDITIONAL && (
        <StatusBadge tone="warning">for some things</StatusBadge>
      )}
      <span className={styles.description}>{permission.description}</span>
    </li>
  );
}
