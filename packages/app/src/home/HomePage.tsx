import { Container, Grid, Text } from '@backstage/ui';
import { CatalogSummary } from './CatalogSummary';
import styles from './HomePage.module.css';
import { HomeSearch } from './HomeSearch';
import { OwnedEntities } from './OwnedEntities';
import { RecentVisits } from './RecentVisits';

export function HomePage() {
  return (
    <main className={styles.page}>
      <section className={styles.hero} aria-labelledby="home-title">
        <Text as="h1" id="home-title" className={styles.title}>
          What are you looking for?
        </Text>
        <HomeSearch />
      </section>
      <Container>
        <Grid.Root columns={{ initial: '1', md: '12' }} gap="5">
          <Grid.Item colSpan={{ initial: '1', md: '7' }}>
            <OwnedEntities />
          </Grid.Item>
          <Grid.Item colSpan={{ initial: '1', md: '5' }}>
            <RecentVisits />
          </Grid.Item>
          <Grid.Item colSpan={{ initial: '1', md: '12' }}>
            <CatalogSummary />
          </Grid.Item>
        </Grid.Root>
      </Container>
    </main>
  );
}
