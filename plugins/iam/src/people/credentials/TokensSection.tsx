import { TextAreaField, TextField } from '@backstage/ui';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { User, UserToken } from '@callboard/plugin-iam-common/api';
import { useState } from 'react';
import { useAsOf } from '../../asOf/useAsOf';
import { EmptyState } from '../../display/EmptyState';
import { StatusBadge } from '../../display/StatusBadge';
import { Time } from '../../display/Time';
import { CommandButton } from '../../form/CommandButton';
import { ConfirmDialog } from '../../form/ConfirmDialog';
import { FormDialog } from '../../form/FormDialog';
import { SecretDialog } from '../../form/SecretDialog';
import { TimeField, timestampOf } from '../../form/TimeField';
import { Section } from '../../object/Section';
import { useIam } from '../../shell/IamProvider';
import styles from './credentials.module.css';
import { inDays } from './inDays';

/** Personal access tokens: made, shown once, and revoked. */
export function TokensSection({ user }: { user: User }) {
  const { management } = useIam();
  const [secret, setSecret] = useState<string>();
  return (
    <Section
      title="Access tokens"
      description="For programs that act in this name. A token can do what its scopes and the roles of its user both allow."
      commands={
        <CommandButton
          label="Create a token"
          variant="primary"
          dialog={close => (
            <FormDialog
              title="Create a token"
              submitLabel="Create"
              onClose={close}
              onSubmit={async values => {
                const answer = await management.createToken({
                  user: user.id,
                  name: values.get('name'),
                  scopes: values.get('scopes').split(/\s+/).filter(Boolean),
                  expiresAt: timestampOf(values.get('expiresAt')),
                });
                setSecret(answer.secret);
              }}
            >
              <TextField
                name="name"
                label="What it is for"
                isRequired
                maxLength={200}
              />
              <TextAreaField
                name="scopes"
                label="Scopes"
                description="Permissions or patterns of them, one a line: catalog.*.read, iam.user.read."
                isRequired
                defaultValue="*.read"
              />
              <TimeField
                name="expiresAt"
                label="Ends at"
                description="Two years from now at the latest."
                isRequired
                initial={inDays(90)}
              />
            </FormDialog>
          )}
        />
      }
    >
      {user.tokens.length === 0 ? (
        <EmptyState title="No tokens" />
      ) : (
        <ul className={styles.items}>
          {user.tokens.map(token => (
            <Token key={token.id} user={user} token={token} />
          ))}
        </ul>
      )}
      {secret && (
        <SecretDialog
          title="The token"
          label="token"
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Section>
  );
}

function Token({ user, token }: { user: User; token: UserToken }) {
  const { management } = useIam();
  const { readOnly } = useAsOf();
  const isOver =
    token.expiresAt !== undefined &&
    timestampDate(token.expiresAt).getTime() <= Date.now();
  return (
    <li className={styles.item}>
      <div className={styles.text}>
        <span className={styles.name}>
          {token.name} {isOver && <StatusBadge>Expired</StatusBadge>}
        </span>
        <span className={styles.detail}>
          <code>{token.scopes.join(' ')}</code>
        </span>
        <span className={styles.detail}>
          Created <Time at={token.createdAt} />, ends{' '}
          <Time at={token.expiresAt} />
        </span>
      </div>
      {!readOnly && (
        <CommandButton
          label="Revoke"
          aria-label={`Revoke ${token.name}`}
          destructive
          dialog={close => (
            <ConfirmDialog
              title={`Revoke ${token.name}`}
              confirmLabel="Revoke"
              onClose={close}
              onConfirm={() =>
                management.revokeToken({ user: user.id, token: token.id })
              }
            >
              <p>Programs that use it are refused from the next request on.</p>
            </ConfirmDialog>
          )}
        />
      )}
    </li>
  );
}
