import { Select } from '@backstage/ui';
import type { Grant, ProjectRole } from '@callboard/plugin-iam-common/api';
import { RoleStatus } from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
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
import { ProjectPicker } from '../picker/pickers';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

/** Which roles of projects a user or a group has itself. */
export function GrantsSection(props: {
  /** `iam.user/<uuid>` or `iam.group/<uuid>` */
  subject: string;
  subjectName: string;
}) {
  const { subject, subjectName } = props;
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();

  const list = usePagedList<Grant>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listGrants(
          { subject, asOf, pageToken, pageSize, total: true },
          { signal },
        );
        return { ...page, items: page.grants };
      },
      [management, subject, asOf],
    ),
  );

  const columns: ListColumn<Grant>[] = [
    {
      id: 'project',
      label: 'Project',
      cell: ({ project, projectName }) => (
        <ObjectName id={project} name={projectName} />
      ),
    },
    {
      id: 'role',
      label: 'Role',
      cell: ({ role, expired }) => (
        <>
          <code>{role}</code> {expired && <StatusBadge>Expired</StatusBadge>}
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
            label: 'Revoke',
            cell: ({ project, projectName, role }: Grant) => (
              <CommandButton
                label="Revoke"
                variant="tertiary"
                aria-label={`Revoke ${role} of ${projectName}`}
                dialog={close => (
                  <ConfirmDialog
                    title="Revoke a role"
                    confirmLabel="Revoke"
                    onClose={close}
                    onConfirm={() =>
                      management.changeGrants({
                        changes: [{ subject, project, role, granted: false }],
                      })
                    }
                  >
                    <p>
                      {subjectName} loses <code>{role}</code> of {projectName}{' '}
                      from the next request on. Roles through groups stay.
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
      title="Roles of projects"
      description="Given directly. Roles that come through groups are on the groups."
      commands={
        <CommandButton
          label="Grant a role"
          variant="primary"
          dialog={close => <GrantDialog subject={subject} onClose={close} />}
        />
      }
    >
      <ListTable
        label="Roles of projects"
        list={list}
        columns={columns}
        idOf={({ project, role }) => `${project} ${role}`}
        empty={<EmptyState title="No roles given directly" />}
      />
    </Section>
  );
}

function GrantDialog(props: { subject: string; onClose: () => void }) {
  const { management } = useIam();
  const [project, setProject] = useState<string>();
  const roles = useRead(
    useCallback(
      async (signal: AbortSignal) =>
        project
          ? (await management.listRoles({ project }, { signal })).roles
          : ([] as ProjectRole[]),
      [management, project],
    ),
  );
  return (
    <FormDialog
      title="Grant a role"
      submitLabel="Grant"
      onClose={props.onClose}
      onSubmit={values =>
        management.changeGrants({
          changes: [
            {
              subject: props.subject,
              project: values.get('project'),
              role: values.get('role'),
              granted: true,
              expiresAt: timestampOf(values.get('expiresAt')),
            },
          ],
        })
      }
    >
      <ProjectPicker
        name="project"
        label="Project"
        isRequired
        onChoose={choice => setProject(choice?.id)}
      />
      <Select
        name="role"
        label="Role"
        isRequired
        isDisabled={!project}
        options={(roles.value ?? [])
          .filter(({ status }) => status === RoleStatus.ACTIVE)
          .map(({ key, name, description }) => ({
            id: key,
            label: name,
            description,
          }))}
      />
      <TimeField
        name="expiresAt"
        label="Ends at"
        description="Leave it empty for as long as nobody revokes it."
      />
    </FormDialog>
  );
}
