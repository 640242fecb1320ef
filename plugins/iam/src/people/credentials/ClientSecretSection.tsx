import { Text } from '@backstage/ui';
import type { User } from '@callboard/plugin-iam-common/api';
import { useState } from 'react';
import { CommandButton } from '../../form/CommandButton';
import { ConfirmDialog } from '../../form/ConfirmDialog';
import { SecretDialog } from '../../form/SecretDialog';
import { Section } from '../../object/Section';
import { useIam } from '../../shell/IamProvider';

/** The client secret of a machine: made, shown once, and removed. */
export function ClientSecretSection({ user }: { user: User }) {
  const { management } = useIam();
  const [secret, setSecret] = useState<string>();
  return (
    <Section
      title="Client secret"
      description="For programs that sign in with a username and a secret. A key is safer: its private half never leaves the program."
      commands={
        <>
          <CommandButton
            label={user.hasSecret ? 'Replace' : 'Create a secret'}
            dialog={close => (
              <ConfirmDialog
                title={
                  user.hasSecret ? 'Replace the secret' : 'Create a secret'
                }
                confirmLabel={user.hasSecret ? 'Replace' : 'Create'}
                destructive={user.hasSecret}
                onClose={close}
                onConfirm={async () => {
                  const answer = await management.createSecret({
                    user: user.id,
                  });
                  setSecret(answer.secret);
                }}
              >
                <p>
                  {user.hasSecret
                    ? 'The one before is worth nothing from here on.'
                    : 'It is shown once.'}
                </p>
              </ConfirmDialog>
            )}
          />
          {user.hasSecret && (
            <CommandButton
              label="Remove"
              destructive
              dialog={close => (
                <ConfirmDialog
                  title="Remove the secret"
                  confirmLabel="Remove"
                  onClose={close}
                  onConfirm={() => management.removeSecret({ user: user.id })}
                >
                  <p>Programs that use it cannot sign in any more.</p>
                </ConfirmDialog>
              )}
            />
          )}
        </>
      }
    >
      <Text as="p">{user.hasSecret ? 'It has one.' : 'It has none.'}</Text>
      {secret && (
        <SecretDialog
          title="The client secret"
          label="client secret"
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Section>
  );
}
