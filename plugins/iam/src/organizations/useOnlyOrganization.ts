import { OrganizationStatus } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

/** The organization of a viewer who sees just one: nobody has to choose it. */
export function useOnlyOrganization() {
  const { management } = useIam();
  const { value } = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const { organizations } = await management.listOrganizations(
          { statuses: [OrganizationStatus.ACTIVE], pageSize: 2 },
          { signal },
        );
        return organizations;
      },
      [management],
    ),
  );
  const [first, second] = value ?? [];
  return first && !second ? { id: first.id, label: first.name } : undefined;
}
