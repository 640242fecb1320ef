import type { Administrator } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { assignedBy, useRoles } from '../administrators/useRoles';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Decided, ObjectName } from '../display/Names';
import { StatusBadge } from '../display/StatusBadge';
import { Time } from '../display/Time';
import { ListTable, type ListColumn } from '../list/ListTable';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { useIam } from '../shell/IamProvider';

/** What a user or a group administers itself. */
export function AdministersSection(props: { subject: string }) {
  const { subject } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const roles = useRoles();

  const list = usePagedList<Administrator>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listAdministrators(
          { subject, asOf, pageToken, pageSize, total: true },
          { signal },
        );
        return { ...page, items: page.administrators };
      },
      [management, subject, asOf],
    ),
  );

  const columns: ListColumn<Administrator>[] = [
    {
      id: 'scope',
      label: 'What',
      cell: ({ scope, scopeName }) => (
        <ObjectName id={scope} name={scopeName} />
      ),
    },
    {
      id: 'role',
      label: 'As',
      cell: ({ role, expired }) => (
        <>
          {roles.value?.find(known => assignedBy(known) === role)?.name ?? role}{' '}
          {expired && <StatusBadge>Expired</StatusBadge>}
        </>
      ),
    },
    {
      id: 'expires',
      label: 'Ends',
      wide: true,
      cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : 'Never'),
    },
    {
      id: 'since',
      label: 'Since',
      wide: true,
      cell: ({ since, decidedBy }) => <Decided since={since} by={decidedBy} />,
    },
  ];

  return (
    <Section
      title="Administers"
      description="Instances, organizations and projects, by role. Administrators are appointed where they administer."
    >
      <ListTable
        label="Administers"
        list={list}
        columns={columns}
        idOf={({ scope, role }) => `${scope} ${role}`}
        empty={<EmptyState title="Administers nothing directly" />}
      />
    </Section>
  );
}
