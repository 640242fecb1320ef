import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { Avatar } from '@backstage/ui';
import { useEffect, useState } from 'react';
import styles from './Viewer.module.css';

type ViewerIdentity = { name: string; ref: string; picture?: string };

/** Who is signed in, at the foot of the side bar. */
export function Viewer() {
  const identityApi = useApi(identityApiRef);
  const [viewer, setViewer] = useState<ViewerIdentity>();

  useEffect(() => {
    let current = true;
    Promise.all([
      identityApi.getBackstageIdentity(),
      identityApi.getProfileInfo(),
    ]).then(
      ([identity, profile]) => {
        if (current) {
          setViewer({
            name: profile.displayName ?? identity.userEntityRef,
            ref: identity.userEntityRef,
            picture: profile.picture,
          });
        }
      },
      // Pages that need the identity say so themselves; a side bar without a
      // name is still a side bar.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [identityApi]);

  if (!viewer) {
    return null;
  }
  return (
    <div className={styles.viewer}>
      <Avatar
        src={viewer.picture ?? ''}
        name={viewer.name}
        size="small"
        purpose="decoration"
      />
      <span className={styles.name}>
        <span className={styles.hiddenLabel}>Signed in as </span>
        {viewer.name}
      </span>
    </div>
  );
}
