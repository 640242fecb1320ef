import { useRouteRef } from '@backstage/frontend-plugin-api';
import searchPlugin from '@backstage/plugin-search/alpha';
import { Container, Link, Text } from '@backstage/ui';
import { Helmet } from 'react-helmet';
import { useLocation } from 'react-router-dom';
import styles from './NotFoundPage.module.css';

/** What an address shows that no page answers to. */
export function NotFoundPage() {
  const { pathname } = useLocation();
  const searchPage = useRouteRef(searchPlugin.routes.root);
  return (
    <Container>
      <Helmet title="Page not found" />
      <main className={styles.page}>
        <Text as="h1" variant="title-medium" weight="bold">
          There is no page at this address
        </Text>
        <Text as="p" color="secondary">
          Nothing answers to <code className={styles.path}>{pathname}</code>. It
          may have moved, or the link to it may be wrong.
        </Text>
        <div className={styles.ways}>
          <Link href="/">Home page</Link>
          <Link href={searchPage?.() ?? '/search'}>Search</Link>
        </div>
      </main>
    </Container>
  );
}
