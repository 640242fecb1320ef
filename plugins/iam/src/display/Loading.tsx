import { Flex, Skeleton } from '@backstage/ui';

/** Stands where something will be. */
export function Loading(props: { label?: string }) {
  return (
    <Flex
      direction="column"
      gap="3"
      aria-busy="true"
      role="status"
      aria-label={props.label ?? 'Loading'}
    >
      <Skeleton height={24} width="40%" />
      <Skeleton height={20} width="80%" />
      <Skeleton height={20} width="60%" />
    </Flex>
  );
}
