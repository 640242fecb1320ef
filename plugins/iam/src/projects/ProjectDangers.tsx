import { Text } from '@backstage/ui';
import { ProjectStatus, type Project } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { Read } from '../display/Read';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { DangerZone, type DangerousDeed } from '../object/DangerZone';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

/** Deactivate, reactivate and remove a project, saying what goes with it. */
export function ProjectDangers({ project }: { project: Project }) {
  const { management } = useIam();
  const isActive = project.status === ProjectStatus.ACTIVE;
  if (!isActive && project.status !== ProjectStatus.INACTIVE) {
    return null;
  }
  const deeds: DangerousDeed[] = [
    isActive
      ? {
          title: 'Deactivate the project',
          description:
            'Its roles carry nothing until it is active again. Nobody loses a role.',
          button: 'Deactivate',
          dialog: close => (
            <ConfirmDialog
              title={`Deactivate ${project.name}?`}
              confirmLabel="Deactivate"
              onClose={close}
              onConfirm={() =>
                management.deactivateProject({ project: project.id })
              }
            >
              <Text as="p">
                Whoever has a role of it can do nothing by it, from the next
                request on. It can be reactivated at any time.
              </Text>
            </ConfirmDialog>
          ),
        }
      : {
          title: 'Reactivate the project',
          description: 'Its roles carry again what they carried.',
          button: 'Reactivate',
          dialog: close => (
            <ConfirmDialog
              title={`Reactivate ${project.name}?`}
              confirmLabel="Reactivate"
              destructive={false}
              onClose={close}
              onConfirm={() =>
                management.reactivateProject({ project: project.id })
              }
            >
              <Text as="p">
                Whoever has a role of it can do again what it carries.
              </Text>
            </ConfirmDialog>
          ),
        },
    {
      title: 'Remove the project',
      description:
        'With its roles, everything that was given by them, its delegations and its administrators. It cannot be undone; the history stays.',
      button: 'Remove',
      dialog: close => (
        <ConfirmDialog
          title={`Remove ${project.name}?`}
          confirmLabel="Remove for good"
          typed={project.name}
          onClose={close}
          onConfirm={() => management.removeProject({ project: project.id })}
        >
          <WhatGoesAlong project={project} />
        </ConfirmDialog>
      ),
    },
  ];
  return <DangerZone deeds={deeds} />;
}

/** Counted now, as far as the caller may see it. */
function WhatGoesAlong({ project }: { project: Project }) {
  const { management } = useIam();
  const { id } = project;
  const counts = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const one = { project: id, pageSize: 1, total: true };
        const [{ roles }, grants, delegations, administrators] =
          await Promise.all([
            management.listRoles({ project: id }, { signal }),
            management.listGrants(one, { signal }),
            management.listProjectGrants(one, { signal }),
            management.listAdministrators(
              { scope: id, pageSize: 1, total: true },
              { signal },
            ),
          ]);
        return [
          countOf(roles.length, 'role', 'roles'),
          countOf(grants.total, 'grant of them', 'grants of them'),
          countOf(delegations.total, 'delegation', 'delegations'),
          countOf(administrators.total, 'administrator', 'administrators'),
        ];
      },
      [management, id],
    ),
  );
  return (
    <Read reading={counts}>
      {parts => (
        <>
          <Text as="p">This goes with it:</Text>
          <ul>
            {parts.map(part => (
              <li key={part}>{part}</li>
            ))}
          </ul>
        </>
      )}
    </Read>
  );
}

function countOf(
  count: number | bigint | undefined,
  one: string,
  many: string,
): string {
  const number = Number(count ?? 0);
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
