import {
  Button,
  Card,
  CardBody,
  CardHeader,
  Flex,
  Skeleton,
  Text,
} from '@backstage/ui';
import type { ReactNode } from 'react';
import { useId } from 'react';
import styles from './HomeCard.module.css';

/** What a card has to show: still loading, failed (with a way to try again), or its value. */
export type Loadable<T> =
  | { state: 'loading' }
  | { state: 'failed'; error: Error; retry: () => void }
  | { state: 'ready'; value: T };

/**
 * A titled region of the home page that shows one loadable thing and looks the
 * same while it loads and when it fails.
 */
export function HomeCard<T>(props: {
  title: string;
  action?: ReactNode;
  content: Loadable<T>;
  children: (value: T) => ReactNode;
}) {
  const titleId = useId();
  return (
    <Card className={styles.card} role="region" aria-labelledby={titleId}>
      <CardHeader>
        <Flex justify="between" align="center">
          <Text as="h2" variant="title-x-small" weight="bold" id={titleId}>
            {props.title}
          </Text>
          <span className={styles.action}>{props.action}</span>
        </Flex>
      </CardHeader>
      <CardBody>{renderContent(props)}</CardBody>
    </Card>
  );
}

function renderContent<T>(props: {
  title: string;
  content: Loadable<T>;
  children: (value: T) => ReactNode;
}) {
  const { content } = props;
  switch (content.state) {
    case 'loading':
      return (
        <Flex direction="column" gap="3" aria-busy="true">
          <Skeleton height={20} width="80%" />
          <Skeleton height={20} width="60%" />
          <Skeleton height={20} width="70%" />
        </Flex>
      );
    case 'failed':
      return (
        <Flex direction="column" gap="3" align="start" role="alert">
          <Text>
            This could not be loaded: {content.error.message || 'unknown error'}
          </Text>
          <Button variant="secondary" size="small" onPress={content.retry}>
            Try again
          </Button>
        </Flex>
      );
    default:
      return props.children(content.value);
  }
}
