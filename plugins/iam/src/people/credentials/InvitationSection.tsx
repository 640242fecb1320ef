import { Text } from '@backstage/ui';
import { UserStatus, type User } from '@callboard/plugin-iam-common/api';
import { useState } from 'react';
import { CommandButton } from '../../form/CommandButton';
import { ConfirmDialog } from '../../form/ConfirmDialog';
import { SecretDialog } from '../../form/SecretDialog';
import { Section } from '../../object/Section';
import { useIam } from '../../shell/IamProvider';

/** The invitation of a person who has not taken it up yet. */
export function InvitationSection({ user }: { user: User }) {
  const { management } = useIam();
  const [code, setCode] = useState<string>();
  const wasInvited = user.status === UserStatus.INVITED;
  return (
    <Section
      title="Invitation"
      commands={
        <>
          <CommandButton
            label={wasInvited ? 'Invite again' : 'Invite'}
            variant="primary"
            dialog={close => (
              <ConfirmDialog
                title={`Send an invitation to ${user.email}`}
                confirmLabel="Send"
                destructive={false}
                onClose={close}
                onConfirm={async () => {
                  const answer = await management.inviteAgain({
                    user: user.id,
                  });
                  setCode(answer.secret);
                }}
              >
                <p>An invitation that was sent before is worth nothing then.</p>
              </ConfirmDialog>
            )}
          />
          <CommandButton
            label="Activate without an invitation"
            dialog={close => (
              <ConfirmDialog
                title="Activate without an invitation"
                confirmLabel="Activate"
                destructive={false}
                onClose={close}
                onConfirm={() => management.activateUser({ user: user.id })}
              >
                <p>Their e-mail address has to be verified or confirmed.</p>
              </ConfirmDialog>
            )}
          />
        </>
      }
    >
      <Text as="p">
        {wasInvited
          ? 'An invitation was sent. It has not been taken up yet.'
          : 'They have not been invited yet.'}
      </Text>
      {code && (
        <SecretDialog
          title="The invitation is on its way"
          label="invitation code"
          secret={code}
          onClose={() => setCode(undefined)}
        >
          <p>
            Should the mail not arrive, hand this code over in another way:
            whoever has it is taken for the person.
          </p>
        </SecretDialog>
      )}
    </Section>
  );
}
