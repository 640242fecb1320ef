import { Alert, Button, Text } from '@backstage/ui';
import type { ApiError } from '@callboard/api-client';
import { CopyButton } from './CopyButton';
import styles from './ErrorPanel.module.css';

const TITLES: Partial<Record<ApiError['status'], string>> = {
  PERMISSION_DENIED: 'You may not do this',
  UNAUTHENTICATED: 'You are not signed in',
  NOT_FOUND: 'There is no such thing',
  UNAVAILABLE: 'The portal cannot be reached just now',
  ABORTED: 'It has been changed meanwhile',
};

/**
 * What went wrong, for a person, and the id by which support finds it in the
 * logs and the trail.
 */
export function ErrorPanel(props: {
  error: ApiError;
  title?: string;
  /** Faults of fields that are shown beside their fields already. */
  shownFields?: readonly string[];
  onRetry?: () => void;
}) {
  const { error } = props;
  const faults = error.fields.filter(
    ({ field }) => !props.shownFields?.includes(field),
  );
  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title={props.title ?? TITLES[error.status] ?? 'That did not work'}
      description={
        <div className={styles.details}>
          <Text as="p" className={styles.message}>
            {sentence(error.message)}
          </Text>
          {faults.length > 0 && (
            <ul className={styles.faults}>
              {faults.map(({ field, message }) => (
                <li key={`${field} ${message}`}>
                  <code>{field}</code>: {message}
                </li>
              ))}
            </ul>
          )}
          {error.correlationId && (
            <span className={styles.reference}>
              Reference <code>{error.correlationId}</code>
              <CopyButton text={error.correlationId} label="Copy reference" />
            </span>
          )}
        </div>
      }
      customActions={
        props.onRetry && (
          <Button variant="secondary" size="small" onPress={props.onRetry}>
            Try again
          </Button>
        )
      }
    />
  );
}

function sentence(message: string): string {
  const text = message.trim() || 'No reason was given';
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
