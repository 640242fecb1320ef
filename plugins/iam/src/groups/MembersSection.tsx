import {
  Match,
  MemberKind,
  type Membership,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Decided, ObjectName } from '../display/Names';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { ChoiceFilter } from '../list/ChoiceFilter';
import { ListTable, type ListColumn } from '../list/ListTable';
import { ListToolbar } from '../list/ListToolbar';
import { useListQuery } from '../list/useListQuery';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { GroupPicker, UserPicker } from '../picker/pickers';
import { useIam } from '../shell/IamProvider';

const KINDS: Record<string, MemberKind> = {
  user: MemberKind.USER,
  group: MemberKind.GROUP,
};

/** Who is directly in a group: people, machines and other groups. */
export function MembersSection(props: {
  group: string;
  groupName: string;
  organization: string;
}) {
  const { group, groupName, organization } = props;
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const query = useListQuery();
  const search = query.get('q');
  const kind = KINDS[query.get('kind')] ?? MemberKind.UNSPECIFIED;

  const list = usePagedList<Membership>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listMembers(
          {
            group,
            kind,
            search,
            match: Match.SUBSTRING,
            asOf,
            pageToken,
            pageSize,
            total: true,
          },
          { signal },
        );
        return { ...page, items: page.members };
      },
      [management, group, kind, search, asOf],
    ),
  );

  const takeOut = (member: string) =>
    isGroup(member)
      ? management.removeSubgroup({ parent: group, child: member })
      : management.removeMember({ group, user: member });

  const columns: ListColumn<Membership>[] = [
    {
      id: 'member',
      label: 'Member',
      cell: ({ member, memberName }) => (
        <ObjectName id={member} name={memberName} />
      ),
    },
    {
      id: 'kind',
      label: 'Kind',
      cell: ({ member }) => (isGroup(member) ? 'Group' : 'User'),
    },
    {
      id: 'since',
      label: 'Since',
      wide: true,
      cell: ({ since, decidedBy }) => <Decided since={since} by={decidedBy} />,
    },
    ...(readOnly
      ? []
      : [
          {
            id: 'commands',
            label: 'Take out',
            cell: ({ member, memberName }: Membership) => (
              <CommandButton
                label="Take out"
                variant="tertiary"
                aria-label={`Take ${memberName} out of ${groupName}`}
                dialog={close => (
                  <ConfirmDialog
                    title="Take out of the group"
                    confirmLabel="Take out"
                    onClose={close}
                    onConfirm={() => takeOut(member)}
                  >
                    <p>
                      {memberName} loses what {groupName} gives, from the next
                      request on.
                    </p>
                  </ConfirmDialog>
                )}
              />
            ),
          },
        ]),
  ];

  return (
    <Section
      title="Members"
      description="What the group has, its members have; those of its subgroups as well."
      commands={
        <>
          <CommandButton
            label="Add a user"
            variant="primary"
            dialog={close => (
              <FormDialog
                title={`Add a user to ${groupName}`}
                submitLabel="Add"
                onClose={close}
                onSubmit={values =>
                  management.addMember({ group, user: values.get('user') })
                }
              >
                <UserPicker
                  name="user"
                  label="Person or machine"
                  isRequired
                  organization={organization}
                />
              </FormDialog>
            )}
          />
          <CommandButton
            label="Add a subgroup"
            dialog={close => (
              <FormDialog
                title={`Add a subgroup to ${groupName}`}
                submitLabel="Add"
                onClose={close}
                onSubmit={values =>
                  management.addSubgroup({
                    parent: group,
                    child: values.get('child'),
                  })
                }
              >
                <GroupPicker
                  name="child"
                  label="Group"
                  isRequired
                  organization={organization}
                />
              </FormDialog>
            )}
          />
        </>
      }
    >
      <ListToolbar
        searchLabel="Search members"
        query={query}
        filters={
          <ChoiceFilter
            label="Kind"
            parameter="kind"
            query={query}
            all="Users and groups"
            choices={{ user: 'Users', group: 'Groups' }}
          />
        }
      />
      <ListTable
        label="Members"
        list={list}
        columns={columns}
        idOf={({ member }) => member}
        empty={
          <EmptyState
            title={search || kind ? 'No member fits' : 'Nobody is in it'}
          />
        }
      />
    </Section>
  );
}

function isGroup(member: string): boolean {
  return member.startsWith('iam.group/');
}
