import type { Membership } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Decided, ObjectName } from '../display/Names';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { ListTable, type ListColumn } from '../list/ListTable';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { GroupPicker } from '../picker/pickers';
import { useIam } from '../shell/IamProvider';

/** The groups that a user or a group is directly in. */
export function MembershipsSection(props: {
  /** `iam.user/<uuid>` or `iam.group/<uuid>` */
  member: string;
  memberName: string;
  organization: string;
}) {
  const { member, memberName } = props;
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const isGroup = member.startsWith('iam.group/');

  const list = usePagedList<Membership>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listMemberships(
          { member, asOf, pageToken, pageSize, total: true },
          { signal },
        );
        return { ...page, items: page.memberships };
      },
      [management, member, asOf],
    ),
  );

  const join = (group: string) =>
    isGroup
      ? management.addSubgroup({ parent: group, child: member })
      : management.addMember({ group, user: member });
  const leave = (group: string) =>
    isGroup
      ? management.removeSubgroup({ parent: group, child: member })
      : management.removeMember({ group, user: member });

  const columns: ListColumn<Membership>[] = [
    {
      id: 'group',
      label: 'Group',
      cell: ({ group, groupName }) => (
        <ObjectName id={group} name={groupName} />
      ),
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
            cell: ({ group, groupName }: Membership) => (
              <CommandButton
                label="Take out"
                variant="tertiary"
                aria-label={`Take ${memberName} out of ${groupName}`}
                dialog={close => (
                  <ConfirmDialog
                    title="Take out of a group"
                    confirmLabel="Take out"
                    onClose={close}
                    onConfirm={() => leave(group)}
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
      title={isGroup ? 'Is part of' : 'Groups'}
      description={
        isGroup
          ? 'What these groups have, this group and its members have too.'
          : 'What a group has, its members have too.'
      }
      commands={
        <CommandButton
          label="Add to a group"
          variant="primary"
          dialog={close => (
            <FormDialog
              title={`Add ${memberName} to a group`}
              submitLabel="Add"
              onClose={close}
              onSubmit={values => join(values.get('group'))}
            >
              <GroupPicker
                name="group"
                label="Group"
                isRequired
                organization={props.organization}
              />
            </FormDialog>
          )}
        />
      }
    >
      <ListTable
        label="Groups"
        list={list}
        columns={columns}
        idOf={({ group }) => group}
        empty={<EmptyState title="In no group" />}
      />
    </Section>
  );
}
