import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useCallback } from 'react';
import { EmptyState } from '../display/EmptyState';
import { useRead } from '../reading/useRead';

/** What somebody sees whom IAM does not know: a guest, for example. */
export function NotAUser() {
  const identityApi = useApi(identityApiRef);
  const { value } = useRead(
    useCallback(() => identityApi.getBackstageIdentity(), [identityApi]),
  );
  return (
    <EmptyState title="Only users of the portal can see who may do what">
      You are here as <code>{value?.userEntityRef ?? 'somebody unknown'}</code>,
      which is no user of this portal. If nobody has set it up yet, open the
      link that its start printed; it makes its first administrator. Otherwise
      ask an administrator for an invitation.
    </EmptyState>
  );
}
