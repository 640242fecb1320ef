import { UserType } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { CountTiles } from '../display/CountTiles';
import { Read } from '../display/Read';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

/** How much there is in an organization, with links to the lists. */
export function InThisOrganization(props: { organization: string }) {
  const { organization } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();

  const counts = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const what = { organization, asOf, pageSize: 1, total: true };
        const [people, machines, groups, projects] = await Promise.all([
          management.listUsers({ ...what, type: UserType.HUMAN }, { signal }),
          management.listUsers({ ...what, type: UserType.MACHINE }, { signal }),
          management.listGroups(what, { signal }),
          management.listProjects(what, { signal }),
        ]);
        const query = `organization=${encodeURIComponent(organization)}`;
        return [
          {
            label: 'People',
            total: people.total,
            path: `people?type=human&${query}`,
          },
          {
            label: 'Machines',
            total: machines.total,
            path: `people?type=machine&${query}`,
          },
          { label: 'Groups', total: groups.total, path: `groups?${query}` },
          {
            label: 'Projects',
            total: projects.total,
            path: `projects?${query}`,
          },
        ];
      },
      [management, organization, asOf],
    ),
  );

  return (
    <Section title="In this organization">
      <Read reading={counts}>{all => <CountTiles counts={all} />}</Read>
    </Section>
  );
}
