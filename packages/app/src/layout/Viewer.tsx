import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { useEntityPresentation } from '@backstage/plugin-catalog-react';
import { Avatar } from '@backstage/ui';
import { useEffect, useState } from 'react';
import styles from './Viewer.module.css';

type ViewerIdentity = { entityRef: string; name?: string; picture?: string };

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
            entityRef: identity.userEntityRef,
            name: profile.displayName,
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

  return viewer ? <SignedInAs {...viewer} /> : null;
}

function SignedInAs(viewer: ViewerIdentity) {
  const { primaryTitle } = useEntityPresentation(viewer.entityRef);
  const name = viewer.name ?? primaryTitle;
  return (
    <div className={styles.viewer}>
      <Avatar
        src={viewer.picture ?? ''}
        name={name}
        size="small"
        purpose="decoration"
      />
      <span className={styles.name}>
        <span className={styles.hiddenLabel}>Signed in as </span>
        {name}
      </span>
    </div>
  );
}
