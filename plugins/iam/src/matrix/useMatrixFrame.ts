import type { Project } from '@callboard/plugin-iam-common/api';
import {
  ProjectGrantStatus,
  RoleStatus,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { allPages } from '../reading/allPages';
import { useRead, type Reading } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import type { MatrixRole } from './cells';

/** What the rows and cells stand in. */
export interface MatrixFrame {
  readonly roles: readonly MatrixRole[];
  /** Whose people and groups can be in the matrix, with names. */
  readonly organizations: readonly { id: string; name: string }[];
  /** Keys of roles that other organizations may give, by organization. */
  readonly delegated: ReadonlyMap<string, readonly string[]>;
}

export function useMatrixFrame(project: Project): Reading<MatrixFrame> {
  const { management } = useIam();
  const { asOf } = useAsOf();
  return useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const [{ roles }, delegations, own] = await Promise.all([
          management.listRoles({ project: project.id, asOf }, { signal }),
          allPages(pageToken =>
            management
              .listProjectGrants(
                { project: project.id, asOf, pageSize: 200, pageToken },
                { signal },
              )
              .then(page => ({
                items: page.projectGrants,
                next: page.nextPageToken,
              })),
          ),
          management
            .getOrganization(
              { organization: project.organization, asOf },
              { signal },
            )
            // Who may see the project need not see whose it is.
            .catch(() => undefined),
        ]);
        const active = delegations.filter(
          ({ status }) => status === ProjectGrantStatus.ACTIVE,
        );
        return {
          roles: roles.map(role => ({
            key: role.key,
            name: role.name,
            description: role.description,
            removing: role.status === RoleStatus.REMOVING,
          })),
          organizations: [
            {
              id: project.organization,
              name: own?.name ?? "The project's organization",
            },
            ...active.map(({ organization, organizationName }) => ({
              id: organization,
              name: organizationName || organization,
            })),
          ],
          delegated: new Map(
            active.map(each => [each.organization, each.roles]),
          ),
        };
      },
      [management, project.id, project.organization, asOf],
    ),
  );
}
