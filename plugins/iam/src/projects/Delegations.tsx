import { Button, Checkbox, CheckboxGroup, Text } from '@backstage/ui';
import {
  ProjectGrantStatus,
  type Project,
  type ProjectGrant,
  type ProjectRole,
} from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Decided, ObjectName } from '../display/Names';
import { Read } from '../display/Read';
import { StatusBadge } from '../display/StatusBadge';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { ListTable, type ListColumn } from '../list/ListTable';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { OrganizationPicker } from '../picker/pickers';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import styles from './Delegations.module.css';

type Open =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'change' | 'end' | 'deactivate' | 'reactivate';
      readonly grant: ProjectGrant;
    };

/** Other organizations that may give roles of the project to their own people. */
export function Delegations({ project }: { project: Project }) {
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const [open, setOpen] = useState<Open>();
  const list = usePagedList(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listProjectGrants(
          { project: project.id, asOf, pageToken, pageSize, total: true },
          { signal },
        );
        return { ...page, items: page.projectGrants };
      },
      [management, project.id, asOf],
    ),
  );
  const roles = useRead(
    useCallback(
      async (signal: AbortSignal) =>
        (await management.listRoles({ project: project.id, asOf }, { signal }))
          .roles,
      [management, project.id, asOf],
    ),
  );

  const columns: ListColumn<ProjectGrant>[] = [
    {
      id: 'organization',
      label: 'Organization',
      cell: ({ organization, organizationName }) => (
        <ObjectName id={organization} name={organizationName} />
      ),
    },
    {
      id: 'roles',
      label: 'Roles',
      cell: grant => <RoleNames keys={grant.roles} roles={roles.value ?? []} />,
    },
    {
      id: 'status',
      label: 'Status',
      cell: ({ status }) => <DelegationStatus status={status} />,
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
            label: 'Commands',
            cell: (grant: ProjectGrant) => (
              <Commands grant={grant} onOpen={setOpen} />
            ),
          },
        ]),
  ];

  return (
    <Section
      title="Delegations"
      description="An organization that roles are delegated to gives them to its own people as it likes, and only those roles."
      commands={
        <Button variant="secondary" onPress={() => setOpen({ kind: 'create' })}>
          Delegate roles
        </Button>
      }
    >
      <ListTable
        label="Delegations"
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        empty={
          <EmptyState title="The roles are delegated to nobody">
            Only the organization that the project belongs to gives them.
          </EmptyState>
        }
      />
      {open && (
        <Read reading={roles}>
          {known => (
            <DelegationDialog
              project={project}
              roles={known}
              open={open}
              onClose={() => setOpen(undefined)}
            />
          )}
        </Read>
      )}
    </Section>
  );
}

function DelegationDialog(props: {
  project: Project;
  roles: readonly ProjectRole[];
  open: Open;
  onClose: () => void;
}) {
  const { project, roles, open, onClose } = props;
  const { management } = useIam();
  if (open.kind === 'create') {
    return (
      <FormDialog
        title={`Delegate roles of ${project.name}`}
        submitLabel="Delegate"
        onClose={onClose}
        onSubmit={values =>
          management.delegateProject({
            project: project.id,
            organization: values.get('organization'),
            roles: values.getAll('roles'),
          })
        }
      >
        <OrganizationPicker label="To" name="organization" isRequired />
        <RoleChoice roles={roles} />
      </FormDialog>
    );
  }
  const { grant } = open;
  const of = { project: project.id, organization: grant.organization };
  const name = grant.organizationName || 'the organization';
  switch (open.kind) {
    case 'change':
      return (
        <FormDialog
          title={`Roles delegated to ${name}`}
          submitLabel="Save"
          onClose={onClose}
          onSubmit={values =>
            management.changeDelegation({
              ...of,
              roles: values.getAll('roles'),
            })
          }
        >
          <RoleChoice roles={roles} chosen={grant.roles} />
          <Text as="p" variant="body-small" color="secondary">
            Whoever has a role there that is taken out loses it.
          </Text>
        </FormDialog>
      );
    case 'end':
      return (
        <ConfirmDialog
          title={`End the delegation to ${name}?`}
          confirmLabel="End it"
          typed={name}
          onClose={onClose}
          onConfirm={() => management.endDelegation(of)}
        >
          <Text as="p">
            Everybody of {name} who was given a role of {project.name} loses it.
            It cannot be undone.
          </Text>
        </ConfirmDialog>
      );
    case 'deactivate':
      return (
        <ConfirmDialog
          title={`Deactivate the delegation to ${name}?`}
          confirmLabel="Deactivate"
          onClose={onClose}
          onConfirm={() => management.deactivateDelegation(of)}
        >
          <Text as="p">
            Roles of {project.name} count no more for people of {name}, until it
            is active again. Nobody loses a role.
          </Text>
        </ConfirmDialog>
      );
    default:
      return (
        <ConfirmDialog
          title={`Reactivate the delegation to ${name}?`}
          confirmLabel="Reactivate"
          destructive={false}
          onClose={onClose}
          onConfirm={() => management.reactivateDelegation(of)}
        >
          <Text as="p">Roles that were given there count again.</Text>
        </ConfirmDialog>
      );
  }
}

function RoleChoice(props: {
  roles: readonly ProjectRole[];
  chosen?: readonly string[];
}) {
  return (
    <CheckboxGroup
      label="Roles"
      name="roles"
      isRequired
      defaultValue={[...(props.chosen ?? [])]}
    >
      {props.roles.map(({ key, name }) => (
        <Checkbox key={key} value={key}>
          {name}
        </Checkbox>
      ))}
    </CheckboxGroup>
  );
}

function Commands(props: {
  grant: ProjectGrant;
  onOpen: (open: Open) => void;
}) {
  const { grant, onOpen } = props;
  if (grant.status === ProjectGrantStatus.REMOVING) {
    return null;
  }
  const isActive = grant.status === ProjectGrantStatus.ACTIVE;
  const button = (
    kind: Exclude<Open['kind'], 'create'>,
    label: string,
    destructive = false,
  ) => (
    <Button
      size="small"
      variant="tertiary"
      destructive={destructive}
      aria-label={`${label} the delegation to ${grant.organizationName}`}
      onPress={() => onOpen({ kind, grant })}
    >
      {label}
    </Button>
  );
  return (
    <span className={styles.commands}>
      {button('change', 'Change')}
      {isActive
        ? button('deactivate', 'Deactivate')
        : button('reactivate', 'Reactivate')}
      {button('end', 'End', true)}
    </span>
  );
}

function RoleNames(props: {
  keys: readonly string[];
  roles: readonly ProjectRole[];
}) {
  const names = props.keys.map(
    key => props.roles.find(role => role.key === key)?.name ?? key,
  );
  return <>{new Intl.ListFormat('en').format(names)}</>;
}

function DelegationStatus({ status }: { status: ProjectGrantStatus }) {
  switch (status) {
    case ProjectGrantStatus.ACTIVE:
      return <StatusBadge tone="success">Active</StatusBadge>;
    case ProjectGrantStatus.INACTIVE:
      return <StatusBadge tone="warning">Inactive</StatusBadge>;
    default:
      return <StatusBadge tone="danger">Being ended</StatusBadge>;
  }
}
