import { UserStatus, UserType } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { CountTiles } from '../display/CountTiles';
import { Read } from '../display/Read';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

/** How much there is that the viewer may see, and who waits for somebody. */
export function Counts() {
  const { management } = useIam();
  const { asOf } = useAsOf();
  const counts = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const what = { asOf, pageSize: 1, total: true };
        const users = (filter: { type?: UserType; statuses?: UserStatus[] }) =>
          management.listUsers({ ...what, ...filter }, { signal });
        const [
          organizations,
          people,
          machines,
          groups,
          projects,
          invited,
          locked,
        ] = await Promise.all([
          management.listOrganizations(what, { signal }),
          users({ type: UserType.HUMAN }),
          users({ type: UserType.MACHINE }),
          management.listGroups(what, { signal }),
          management.listProjects(what, { signal }),
          users({ statuses: [UserStatus.INVITED] }),
          users({ statuses: [UserStatus.LOCKED] }),
        ]);
        return [
          {
            label: 'Organizations',
            total: organizations.total,
            path: 'organizations',
          },
          { label: 'People', total: people.total, path: 'people?type=human' },
          {
            label: 'Machines',
            total: machines.total,
            path: 'people?type=machine',
          },
          { label: 'Groups', total: groups.total, path: 'groups' },
          { label: 'Projects', total: projects.total, path: 'projects' },
          {
            label: 'Open invitations',
            total: invited.total,
            path: 'people?status=invited',
          },
          {
            label: 'Locked users',
            total: locked.total,
            path: 'people?status=locked',
          },
        ];
      },
      [management, asOf],
    ),
  );
  return <Read reading={counts}>{all => <CountTiles counts={all} />}</Read>;
}
