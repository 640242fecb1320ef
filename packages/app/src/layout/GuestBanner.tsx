import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { RiInformationLine } from '@remixicon/react';
import styles from './GuestBanner.module.css';

/** Says that everybody who can open this page is let in, where that is so. */
export function GuestBanner() {
  const guestAccess =
    useApi(configApiRef).getOptionalBoolean('app.guestAccess');
  if (!guestAccess) {
    return null;
  }
  return (
    <aside className={styles.banner} aria-label="Guest access">
      <RiInformationLine size={16} aria-hidden />
      <span>
        Guest access: whoever opens this portal on this machine is let in
        without signing in.
      </span>
    </aside>
  );
}
