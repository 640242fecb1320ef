import { RiAddLine, RiBuilding2Line } from '@remixicon/react';
import {
  Match,
  OrganizationStatus,
  type Organization,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Time } from '../display/Time';
import { CommandButton } from '../form/CommandButton';
import { FormDialog } from '../form/FormDialog';
import { NameAndSlug } from '../form/NameAndSlug';
import { ChoiceFilter } from '../list/ChoiceFilter';
import { ListTable, type ListColumn } from '../list/ListTable';
import { ListToolbar } from '../list/ListToolbar';
import { NameCell } from '../list/NameCell';
import { useListQuery } from '../list/useListQuery';
import { useNamedSort } from '../list/useNamedSort';
import { usePagedList } from '../list/usePagedList';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import { OrganizationStatusBadge } from './OrganizationStatusBadge';

const STATUSES: Record<string, OrganizationStatus> = {
  active: OrganizationStatus.ACTIVE,
  inactive: OrganizationStatus.INACTIVE,
  removing: OrganizationStatus.REMOVING,
};

const COLUMNS: ListColumn<Organization>[] = [
  {
    id: 'name',
    label: 'Name',
    sortable: true,
    cell: ({ id, name, slug }) => (
      <NameCell
        id={id}
        name={name}
        detail={slug}
        icon={<RiBuilding2Line size={20} />}
      />
    ),
  },
  {
    id: 'status',
    label: 'Status',
    cell: ({ status }) => <OrganizationStatusBadge status={status} />,
  },
  {
    id: 'domain',
    label: 'Primary domain',
    wide: true,
    cell: ({ primaryDomain }) => primaryDomain,
  },
  {
    id: 'created',
    label: 'Created',
    sortable: true,
    wide: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

/** The organizations that the viewer may see. */
export function OrganizationList() {
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const query = useListQuery();
  const { order, sort } = useNamedSort(query);
  const search = query.get('q');
  const status = query.get('status');

  const list = usePagedList<Organization>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const chosen = STATUSES[status];
        const page = await management.listOrganizations(
          {
            search,
            match: Match.SUBSTRING,
            statuses: chosen === undefined ? [] : [chosen],
            ...order,
            asOf,
            pageToken,
            pageSize,
            total: true,
          },
          { signal },
        );
        return { ...page, items: page.organizations };
      },
      [management, search, status, order, asOf],
    ),
  );

  return (
    <>
      <ListToolbar
        searchLabel="Search organizations"
        query={query}
        filters={
          <ChoiceFilter
            label="Status"
            parameter="status"
            query={query}
            all="Any status"
            choices={{
              active: 'Active',
              inactive: 'Inactive',
              removing: 'Being removed',
            }}
          />
        }
        commands={!readOnly && <CreateOrganization />}
      />
      <ListTable
        label="Organizations"
        list={list}
        columns={COLUMNS}
        idOf={({ id }) => id}
        sort={sort}
        empty={
          search || status ? (
            <EmptyState title="No organization fits">
              Another word or fewer filters may find it.
            </EmptyState>
          ) : (
            <EmptyState title="No organizations that you may see">
              An organization holds people, groups and projects.
            </EmptyState>
          )
        }
      />
    </>
  );
}

function CreateOrganization() {
  const { admin } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  return (
    <CommandButton
      label="Create organization"
      variant="primary"
      iconStart={<RiAddLine aria-hidden />}
      dialog={close => (
        <FormDialog
          title="Create an organization"
          submitLabel="Create"
          onClose={close}
          onSubmit={async values => {
            const { id } = await admin.createOrganization({
              name: values.get('name'),
              slug: values.get('slug'),
            });
            navigate(links.toObject(id) ?? '');
          }}
        >
          <NameAndSlug namePlaceholder="Example Ltd" />
        </FormDialog>
      )}
    />
  );
}
