import type { ReactNode } from 'react';
import type { Reading } from '../reading/useRead';
import { ErrorPanel } from './ErrorPanel';
import { Loading } from './Loading';

/**
 * Shows what was read. While a newer answer is waited for, or if it fails, the
 * one before stays.
 */
export function Read<T>(props: {
  reading: Reading<T>;
  children: (value: T) => ReactNode;
}) {
  const { value, error, reload } = props.reading;
  return (
    <>
      {error && <ErrorPanel error={error} onRetry={reload} />}
      {value !== undefined ? props.children(value) : !error && <Loading />}
    </>
  );
}
