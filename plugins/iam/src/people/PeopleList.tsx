import { RiRobot2Line, RiUserLine } from '@remixicon/react';
import {
  Match,
  UserStatus,
  UserType,
  type User,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ObjectName } from '../display/Names';
import { Time } from '../display/Time';
import { ChoiceFilter } from '../list/ChoiceFilter';
import { ListTable, type ListColumn } from '../list/ListTable';
import { ListToolbar } from '../list/ListToolbar';
import { NameCell } from '../list/NameCell';
import { useListQuery } from '../list/useListQuery';
import { useNamedSort } from '../list/useNamedSort';
import { usePagedList } from '../list/usePagedList';
import {
  OrganizationFilter,
  organizationOf,
} from '../organizations/OrganizationFilter';
import { useIam } from '../shell/IamProvider';
import { CreateMachine } from './CreateMachine';
import { InvitePerson } from './InvitePerson';
import { userName } from './userName';
import { UserStatusBadge } from './UserStatusBadge';

const TYPES: Record<string, UserType> = {
  human: UserType.HUMAN,
  machine: UserType.MACHINE,
};

const STATUSES: Record<string, UserStatus> = {
  initial: UserStatus.INITIAL,
  invited: UserStatus.INVITED,
  active: UserStatus.ACTIVE,
  locked: UserStatus.LOCKED,
  inactive: UserStatus.INACTIVE,
  removed: UserStatus.REMOVED,
  erased: UserStatus.ERASED,
};

const COLUMNS: ListColumn<User>[] = [
  {
    id: 'name',
    label: 'Name',
    sortable: true,
    cell: user => (
      <NameCell
        id={user.id}
        name={userName(user)}
        detail={user.username}
        icon={
          user.type === UserType.MACHINE ? (
            <RiRobot2Line size={20} />
          ) : (
            <RiUserLine size={20} />
          )
        }
      />
    ),
  },
  {
    id: 'status',
    label: 'Status',
    cell: ({ status }) => <UserStatusBadge status={status} />,
  },
  { id: 'email', label: 'E-mail', wide: true, cell: ({ email }) => email },
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

/** People and machines that the viewer may see. */
export function PeopleList() {
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const query = useListQuery();
  const { order, sort } = useNamedSort(query);
  const search = query.get('q');
  const match =
    query.get('match') === 'prefix' ? Match.PREFIX : Match.SUBSTRING;
  const type = TYPES[query.get('type')] ?? UserType.UNSPECIFIED;
  const status = STATUSES[query.get('status')];
  const organization = organizationOf(query);
  const isFiltered = Boolean(
    search || type !== UserType.UNSPECIFIED || status || organization,
  );

  const list = usePagedList<User>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listUsers(
          {
            search,
            match,
            type,
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
        return { ...page, items: page.users };
      },
      [management, search, match, type, status, organization, order, asOf],
    ),
  );

  return (
    <>
      <ListToolbar
        searchLabel="Search people and machines"
        query={query}
        filters={
          <>
            <ChoiceFilter
              label="Where words are found"
              parameter="match"
              query={query}
              all="Anywhere in words"
              choices={{ prefix: 'At the beginning of words' }}
            />
            <ChoiceFilter
              label="Kind"
              parameter="type"
              query={query}
              all="People and machines"
              choices={{ human: 'People', machine: 'Machines' }}
            />
            <ChoiceFilter
              label="Status"
              parameter="status"
              query={query}
              all="Any status"
              choices={{
                initial: 'Not invited yet',
                invited: 'Invited',
                active: 'Active',
                locked: 'Locked',
                inactive: 'Inactive',
                removed: 'Removed',
                erased: 'Erased',
              }}
            />
            <OrganizationFilter query={query} />
          </>
        }
        commands={
          !readOnly && (
            <>
              <CreateMachine organization={organization} />
              <InvitePerson organization={organization} />
            </>
          )
        }
      />
      <ListTable
        label="People and machines"
        list={list}
        columns={COLUMNS}
        idOf={({ id }) => id}
        sort={sort}
        empty={
          isFiltered ? (
            <EmptyState title="Nobody fits">
              Another word or fewer filters may find them.
            </EmptyState>
          ) : (
            <EmptyState title="Nobody whom you may see">
              Invite people, or create a machine for a program.
            </EmptyState>
          )
        }
      />
    </>
  );
}
