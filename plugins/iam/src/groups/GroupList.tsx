import { TextAreaField } from '@backstage/ui';
import { RiAddLine, RiGroupLine } from '@remixicon/react';
import {
  GroupStatus,
  Match,
  type Group,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ObjectName } from '../display/Names';
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
import { OrganizationField } from '../organizations/OrganizationField';
import {
  OrganizationFilter,
  organizationOf,
} from '../organizations/OrganizationFilter';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import { GroupStatusBadge } from './GroupStatusBadge';

const STATUSES: Record<string, GroupStatus> = {
  active: GroupStatus.ACTIVE,
  removing: GroupStatus.REMOVING,
};

const COLUMNS: ListColumn<Group>[] = [
  {
    id: 'name',
    label: 'Name',
    sortable: true,
    cell: ({ id, name, slug }) => (
      <NameCell
        id={id}
        name={name}
        detail={slug}
        icon={<RiGroupLine size={20} />}
      />
    ),
  },
  {
    id: 'status',
    label: 'Status',
    cell: ({ status }) => <GroupStatusBadge status={status} />,
  },
  {
    id: 'organization',
    label: 'Organization',
    wide: true,
    cell: ({ organization }) => <ObjectName id={organization} />,
  },
  {
    id: 'created',
    label: 'Created',
    sortable: true,
    wide: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

/** The groups that the viewer may see. */
export function GroupList() {
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const query = useListQuery();
  const { order, sort } = useNamedSort(query);
  const search = query.get('q');
  const status = STATUSES[query.get('status')];
  const organization = organizationOf(query);

  const list = usePagedList<Group>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listGroups(
          {
            search,
            match: Match.SUBSTRING,
            statuses: status === undefined ? [] : [status],
            organization,
            ...order,
            asOf,
            pageToken,
            pageSize,
            total: true,
          },
          { signal },
        );
        return { ...page, items: page.groups };
      },
      [management, search, status, organization, order, asOf],
    ),
  );

  return (
    <>
      <ListToolbar
        searchLabel="Search groups"
        query={query}
        filters={
          <>
            <ChoiceFilter
              label="Status"
              parameter="status"
              query={query}
              all="Any status"
              choices={{ active: 'Active', removing: 'Being removed' }}
            />
            <OrganizationFilter query={query} />
          </>
        }
        commands={!readOnly && <CreateGroup organization={organization} />}
      />
      <ListTable
        label="Groups"
        list={list}
        columns={COLUMNS}
        idOf={({ id }) => id}
        sort={sort}
        empty={
          search || status || organization ? (
            <EmptyState title="No group fits">
              Another word or fewer filters may find it.
            </EmptyState>
          ) : (
            <EmptyState title="No groups that you may see">
              What is given to a group, its members have. Groups can be in other
              groups.
            </EmptyState>
          )
        }
      />
    </>
  );
}

function CreateGroup(props: { organization: string }) {
  const { management } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  return (
    <CommandButton
      label="Create group"
      variant="primary"
      iconStart={<RiAddLine aria-hidden />}
      dialog={close => (
        <FormDialog
          title="Create a group"
          submitLabel="Create"
          onClose={close}
          onSubmit={async values => {
            const { id } = await management.createGroup({
              organization: values.get('organization'),
              name: values.get('name'),
              slug: values.get('slug'),
              description: values.get('description'),
            });
            navigate(links.toObject(id, 'members') ?? '');
          }}
        >
          <OrganizationField organization={props.organization} />
          <NameAndSlug namePlaceholder="Release managers" />
          <TextAreaField
            name="description"
            label="What it is for"
            maxLength={1000}
          />
        </FormDialog>
      )}
    />
  );
}
