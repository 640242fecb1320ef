import { useApi } from '@backstage/core-plugin-api';
import { notificationsApiRef } from '@backstage/plugin-notifications';
import { useSignal } from '@backstage/plugin-signals-react';
import { useEffect, useState } from 'react';

/**
 * How many notifications the viewer hasn't read; asked again whenever the
 * notifications backend signals a change. Undefined until known.
 */
export function useUnreadNotifications(): number | undefined {
  const notificationsApi = useApi(notificationsApiRef);
  const { lastSignal } = useSignal('notifications');
  const [unread, setUnread] = useState<number>();

  useEffect(() => {
    let current = true;
    notificationsApi.getStatus().then(
      status => current && setUnread(status.unread),
      // The notifications page reports what went wrong; the badge stays away.
      () => current && setUnread(undefined),
    );
    return () => {
      current = false;
    };
  }, [notificationsApi, lastSignal]);

  return unread;
}
