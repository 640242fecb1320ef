import { Button, Link, Text } from '@backstage/ui';
import {
  RoleStatus,
  type Project,
  type ProjectRole,
} from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Read } from '../display/Read';
import { StatusBadge } from '../display/StatusBadge';
import { conditionInWords } from '../explorer/ExplainedChain';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { useLinks } from '../shell/useLinks';
import { RoleForm } from './RoleForm';
import styles from './Roles.module.css';

type Open =
  | { readonly kind: 'add' }
  | { readonly kind: 'change' | 'remove'; readonly role: ProjectRole };

/** The roles of a project, and what each carries. */
export function Roles({ project }: { project: Project }) {
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const roles = useRead(
    useCallback(
      async (signal: AbortSignal) =>
        (await management.listRoles({ project: project.id, asOf }, { signal }))
          .roles,
      [management, project.id, asOf],
    ),
  );
  return (
    <Section
      title="Roles"
      description="What people, machines and groups can be given in this project."
      commands={
        <Button variant="primary" onPress={() => setOpen({ kind: 'add' })}>
          Define a role
        </Button>
      }
    >
      <Read reading={roles}>
        {all =>
          all.length === 0 ? (
            <EmptyState title="There are no roles yet">
              A role carries permissions; whoever is given it has them.
            </EmptyState>
          ) : (
            <ul className={styles.roles} aria-label="Roles">
              {all.map(role => (
                <Role
                  key={role.key}
                  project={project}
                  role={role}
                  readOnly={readOnly}
                  onOpen={setOpen}
                />
              ))}
            </ul>
          )
        }
      </Read>
      {open?.kind === 'add' && (
        <RoleForm project={project.id} onClose={close} />
      )}
      {open?.kind === 'change' && (
        <RoleForm project={project.id} role={open.role} onClose={close} />
      )}
      {open?.kind === 'remove' && (
        <RemoveRole project={project} role={open.role} onClose={close} />
      )}
    </Section>
  );
}

function Role(props: {
  project: Project;
  role: ProjectRole;
  readOnly: boolean;
  onOpen: (open: Open) => void;
}) {
  const { project, role, readOnly } = props;
  const links = useLinks();
  const matrix = links.toObject(project.id, `matrix?role=${role.key}`);
  return (
    <li className={styles.role}>
      <div className={styles.head}>
        <Text as="h4" variant="title-x-small" className={styles.name}>
          {role.name}
        </Text>
        <code>{role.key}</code>
        {role.status === RoleStatus.REMOVING && (
          <StatusBadge tone="danger">Being removed</StatusBadge>
        )}
        <span className={styles.commands}>
          <Link href={matrix ?? ''} aria-label={`Who has ${role.name}`}>
            Who has it
          </Link>
          {!readOnly && role.status !== RoleStatus.REMOVING && (
            <>
              <Button
                size="small"
                variant="tertiary"
                aria-label={`Change ${role.name}`}
                onPress={() => props.onOpen({ kind: 'change', role })}
              >
                Change
              </Button>
              <Button
                size="small"
                variant="tertiary"
                destructive
                aria-label={`Remove ${role.name}`}
                onPress={() => props.onOpen({ kind: 'remove', role })}
              >
                Remove
              </Button>
            </>
          )}
        </span>
      </div>
      {role.description && (
        <Text as="p" color="secondary">
          {role.description}
        </Text>
      )}
      {role.permissions.length === 0 ? (
        <Text as="p" color="secondary">
          Carries nothing.
        </Text>
      ) : (
        <ul className={styles.permissions}>
          {role.permissions.map(({ pattern, conditions }, at) => (
            <li key={at}>
              <code>{pattern}</code>
              {conditions.length > 0 && (
                <span className={styles.conditions}>
                  {' '}
                  only{' '}
                  {new Intl.ListFormat('en').format(
                    conditions.map(conditionInWords),
                  )}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** A role that people have is taken from them, and only if somebody says so. */
function RemoveRole(props: {
  project: Project;
  role: ProjectRole;
  onClose: () => void;
}) {
  const { project, role } = props;
  const { management } = useIam();
  const holders = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const { total } = await management.listGrants(
          { project: project.id, role: role.key, pageSize: 1, total: true },
          { signal },
        );
        return Number(total ?? 0);
      },
      [management, project.id, role.key],
    ),
  );
  return (
    <ConfirmDialog
      title={`Remove ${role.name}?`}
      confirmLabel="Remove"
      typed={holders.value ? role.key : undefined}
      onClose={props.onClose}
      onConfirm={() =>
        management.removeRole({
          project: project.id,
          key: role.key,
          withGrants: (holders.value ?? 0) > 0,
        })
      }
    >
      <Read reading={holders}>
        {count => (
          <Text as="p">
            {count === 0
              ? 'Nobody has it.'
              : `${count.toLocaleString('en')} ${count === 1 ? 'person, machine or group has it and loses it' : 'people, machines and groups have it and lose it'}. It cannot be undone.`}
          </Text>
        )}
      </Read>
    </ConfirmDialog>
  );
}
