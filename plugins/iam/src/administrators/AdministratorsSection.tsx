import { Select } from '@backstage/ui';
import type {
  Administrator,
  AdministratorRole,
} from '@callboard/plugin-iam-common/api';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Decided, ObjectName } from '../display/Names';
import { StatusBadge } from '../display/StatusBadge';
import { Time } from '../display/Time';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { TimeField, timestampOf } from '../form/TimeField';
import { ListTable, type ListColumn } from '../list/ListTable';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { SubjectPicker } from '../picker/pickers';
import { useIam } from '../shell/IamProvider';
import { assignedBy, rolesFor, useRoles } from './useRoles';

interface Assignment {
  subject: string;
  role: string;
  expiresAt?: Timestamp;
}

/** Who administers an instance, an organization or a project. */
export function AdministratorsSection(props: {
  /** `iam.organization/<uuid>` */
  scope: string;
}) {
  const { scope } = props;
  const { management, admin } = useIam();
  const { asOf, readOnly } = useAsOf();
  const roles = useRoles();
  const ofInstance = scope.startsWith('iam.instance/');

  const list = usePagedList<Administrator>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listAdministrators(
          { scope, asOf, pageToken, pageSize, total: true },
          { signal },
        );
        return { ...page, items: page.administrators };
      },
      [management, scope, asOf],
    ),
  );

  const assign = (assignment: Assignment) =>
    ofInstance
      ? admin.assignInstanceAdministrator(assignment)
      : management.assignAdministrator({ ...assignment, scope });
  const unassign = ({ subject, role }: Assignment) =>
    ofInstance
      ? admin.unassignInstanceAdministrator({ subject, role })
      : management.unassignAdministrator({ subject, role, scope });

  const nameOf = (role: string) =>
    roles.value?.find(known => assignedBy(known) === role)?.name ?? role;

  const columns: ListColumn<Administrator>[] = [
    {
      id: 'subject',
      label: 'Who',
      cell: ({ subject, subjectName }) => (
        <ObjectName id={subject} name={subjectName} />
      ),
    },
    {
      id: 'role',
      label: 'Role',
      cell: ({ role, expired }) => (
        <>
          {nameOf(role)} {expired && <StatusBadge>Expired</StatusBadge>}
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
    ...(readOnly
      ? []
      : [
          {
            id: 'commands',
            label: 'Dismiss',
            cell: (administrator: Administrator) => (
              <CommandButton
                label="Dismiss"
                variant="tertiary"
                aria-label={`Dismiss ${administrator.subjectName} as ${nameOf(administrator.role)}`}
                dialog={close => (
                  <ConfirmDialog
                    title="Dismiss an administrator"
                    confirmLabel="Dismiss"
                    onClose={close}
                    onConfirm={() => unassign(administrator)}
                  >
                    <p>
                      {administrator.subjectName || 'They'} will not be{' '}
                      {nameOf(administrator.role)} any more, from the next
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
      title="Administrators"
      description="People and groups who look after it, by role."
      commands={
        <CommandButton
          label="Appoint"
          variant="primary"
          dialog={close => (
            <AssignDialog
              roles={rolesFor(roles.value ?? [], scope)}
              onClose={close}
              onAssign={assign}
            />
          )}
        />
      }
    >
      <ListTable
        label="Administrators"
        list={list}
        columns={columns}
        idOf={({ subject, role }) => `${subject} ${role}`}
        empty={
          <EmptyState title="Nobody administers it directly">
            Those who administer what it belongs to can.
          </EmptyState>
        }
      />
    </Section>
  );
}

function AssignDialog(props: {
  roles: readonly AdministratorRole[];
  onClose: () => void;
  onAssign: (assignment: Assignment) => Promise<unknown>;
}) {
  return (
    <FormDialog
      title="Appoint an administrator"
      submitLabel="Appoint"
      onClose={props.onClose}
      onSubmit={values =>
        props.onAssign({
          subject: values.get('subject'),
          role: values.get('role'),
          expiresAt: timestampOf(values.get('expiresAt')),
        })
      }
    >
      <SubjectPicker name="subject" label="Person or group" isRequired />
      <Select
        name="role"
        label="Role"
        isRequired
        options={props.roles.map(role => ({
          id: assignedBy(role),
          label: role.name,
          description: role.description,
        }))}
      />
      <TimeField
        name="expiresAt"
        label="Ends at"
        description="Leave it empty for as long as nobody dismisses them."
      />
    </FormDialog>
  );
}
