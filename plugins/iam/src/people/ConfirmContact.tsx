import type { User } from '@callboard/plugin-iam-common/api';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { useIam } from '../shell/IamProvider';

/** Answers for an address or a number that nobody has proved. */
export function ConfirmContact({ user }: { user: User }) {
  const { management } = useIam();
  return (
    <>
      {user.email && !user.emailVerified && (
        <CommandButton
          label="Confirm e-mail"
          dialog={close => (
            <ConfirmDialog
              title={`Confirm ${user.email}`}
              confirmLabel="I answer for it"
              destructive={false}
              onClose={close}
              onConfirm={() => management.confirmEmail({ user: user.id })}
            >
              <p>
                You say that the address is theirs, instead of a code that is
                sent there. The history shows that it was you.
              </p>
            </ConfirmDialog>
          )}
        />
      )}
      {user.phone && !user.phoneVerified && (
        <CommandButton
          label="Confirm telephone"
          dialog={close => (
            <ConfirmDialog
              title={`Confirm ${user.phone}`}
              confirmLabel="I answer for it"
              destructive={false}
              onClose={close}
              onConfirm={() => management.confirmPhone({ user: user.id })}
            >
              <p>
                You say that the number is theirs, instead of a code that is
                sent there. The history shows that it was you.
              </p>
            </ConfirmDialog>
          )}
        />
      )}
      {user.phone && (
        <CommandButton
          label="Remove telephone"
          dialog={close => (
            <ConfirmDialog
              title="Remove the telephone number"
              confirmLabel="Remove"
              onClose={close}
              onConfirm={() => management.removePhone({ user: user.id })}
            >
              <p>{user.phone} will not be known any more.</p>
            </ConfirmDialog>
          )}
        />
      )}
    </>
  );
}
