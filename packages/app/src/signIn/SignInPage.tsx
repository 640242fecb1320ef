import { ProxiedSignInPage } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/core-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { Logo } from '../brand/Logo';
import styles from './SignInPage.module.css';

/**
 * Lets everyone in as the guest where the portal says that it is open to
 * guests; elsewhere it says why nobody can come in yet and what to do.
 */
export function SignInPage(props: SignInPageProps) {
  const guestAccess =
    useApi(configApiRef).getOptionalBoolean('app.guestAccess') ?? false;

  if (guestAccess) {
    return <ProxiedSignInPage {...props} provider="guest" />;
  }
  return <SignInUnavailable />;
}

function SignInUnavailable() {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Logo />
        <h1 className={styles.title}>Nobody can sign in here yet</h1>
        <p>
          This portal is reachable from other machines, so guests are not let
          in, and no other way to sign in is set up.
        </p>
        <p>
          To look around as a guest, start it on this machine only, with{' '}
          <code>npm start</code> and no <code>--host</code>.
        </p>
      </div>
    </main>
  );
}
