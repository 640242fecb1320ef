import { TextAreaField } from '@backstage/ui';
import { fromJson } from '@bufbuild/protobuf';
import { JwkSchema, type User } from '@callboard/plugin-iam-common/api';
import { useState } from 'react';
import { useAsOf } from '../../asOf/useAsOf';
import { EmptyState } from '../../display/EmptyState';
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
import { readPublicKey } from './readPublicKey';

/** The keys by which a machine proves who it is. */
export function KeysSection({ user }: { user: User }) {
  const { management } = useIam();
  const { readOnly } = useAsOf();
  const [privateKey, setPrivateKey] = useState<string>();
  const expiry = (
    <TimeField
      name="expiresAt"
      label="Ends at"
      description="Ten years from now at the latest."
      isRequired
      initial={inDays(365)}
    />
  );
  return (
    <Section
      title="Keys"
      description="Ed25519 key pairs (RFC 8037). IAM keeps the public half only."
      commands={
        <>
          <CommandButton
            label="Create a key pair"
            variant="primary"
            dialog={close => (
              <FormDialog
                title="Create a key pair"
                submitLabel="Create"
                onClose={close}
                onSubmit={async values => {
                  const answer = await management.createKey({
                    user: user.id,
                    expiresAt: timestampOf(values.get('expiresAt')),
                  });
                  if (answer.privateKey) {
                    const { kty, crv, alg, x, d } = answer.privateKey;
                    const jwk = { kty, crv, alg, kid: answer.id, x, d };
                    setPrivateKey(JSON.stringify(jwk, undefined, 2));
                  }
                }}
              >
                {expiry}
              </FormDialog>
            )}
          />
          <CommandButton
            label="Add a public key"
            dialog={close => (
              <FormDialog
                title="Add a public key"
                submitLabel="Add"
                onClose={close}
                onSubmit={values =>
                  management.addKey({
                    user: user.id,
                    publicKey: fromJson(
                      JwkSchema,
                      readPublicKey(values.get('publicKey')),
                    ),
                    expiresAt: timestampOf(values.get('expiresAt')),
                  })
                }
              >
                <TextAreaField
                  name="publicKey"
                  label="Public key"
                  description="The public half of a pair that was made elsewhere, as a JSON Web Key."
                  placeholder='{"kty":"OKP","crv":"Ed25519","x":"…"}'
                  isRequired
                />
                {expiry}
              </FormDialog>
            )}
          />
        </>
      }
    >
      {user.keys.length === 0 ? (
        <EmptyState title="No keys" />
      ) : (
        <ul className={styles.items}>
          {user.keys.map(key => (
            <li key={key.id} className={styles.item}>
              <div className={styles.text}>
                <span className={styles.name}>
                  <code>{key.id}</code>
                </span>
                <span className={styles.detail}>
                  Public half <code>{key.publicKey?.x}</code>
                </span>
                <span className={styles.detail}>
                  Created <Time at={key.createdAt} />, ends{' '}
                  <Time at={key.expiresAt} />
                </span>
              </div>
              {!readOnly && (
                <CommandButton
                  label="Remove"
                  aria-label={`Remove key ${key.id}`}
                  destructive
                  dialog={close => (
                    <ConfirmDialog
                      title="Remove a key"
                      confirmLabel="Remove"
                      onClose={close}
                      onConfirm={() =>
                        management.removeKey({ user: user.id, key: key.id })
                      }
                    >
                      <p>Programs that use it cannot sign in any more.</p>
                    </ConfirmDialog>
                  )}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {privateKey && (
        <SecretDialog
          title="The private key"
          label="private key"
          secret={privateKey}
          onClose={() => setPrivateKey(undefined)}
        />
      )}
    </Section>
  );
}
