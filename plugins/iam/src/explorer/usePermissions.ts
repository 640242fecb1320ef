import { fetchApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useCallback } from 'react';
import { useRead, type Reading } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { readPermissions, type KnownPermission } from './permissionCatalog';

/** The permissions that can be asked about and given. */
export function usePermissions(): Reading<KnownPermission[]> {
  const { management } = useIam();
  const fetchApi = useApi(fetchApiRef);
  return useRead(
    useCallback(
      (signal: AbortSignal) => readPermissions(management, fetchApi, signal),
      [management, fetchApi],
    ),
  );
}
