import {
  UserStatus,
  UserType,
  type User,
} from '@callboard/plugin-iam-common/api';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { TimeField, timestampOf } from '../form/TimeField';
import { DangerZone, type DangerousDeed } from '../object/DangerZone';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import type { IamClients } from '../api/iamApiRef';
import { userName } from './userName';

/** What keeps a person or machine from doing anything, or takes them away. */
export function UserDangerZone({ user }: { user: User }) {
  const { management } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  if (user.status === UserStatus.ERASED) {
    return null;
  }
  const gone = () => navigate(links.to('people'));
  return (
    <DangerZone
      deeds={[
        ...changesOfStatus(user, management),
        ...removals(user, management, gone),
      ]}
    />
  );
}

type Management = IamClients['management'];

function changesOfStatus(user: User, management: Management): DangerousDeed[] {
  const name = userName(user);
  const what = { user: user.id };
  const lock: DangerousDeed = {
    title: 'Lock',
    description:
      'They may do nothing until they are unlocked, or until a time.',
    button: 'Lock',
    dialog: close => (
      <FormDialog
        title={`Lock ${name}`}
        submitLabel="Lock"
        destructive
        onClose={close}
        onSubmit={values =>
          management.lockUser({
            ...what,
            until: timestampOf(values.get('until')),
          })
        }
      >
        <p>From the next request on they may do nothing.</p>
        <TimeField
          name="until"
          label="Until"
          description="Leave it empty to keep the lock until somebody ends it."
        />
      </FormDialog>
    ),
  };
  const deactivate: DangerousDeed = {
    title: 'Deactivate',
    description:
      'They may do nothing until they are reactivated: for a leave or a machine that rests.',
    button: 'Deactivate',
    dialog: close => (
      <ConfirmDialog
        title={`Deactivate ${name}`}
        confirmLabel="Deactivate"
        onClose={close}
        onConfirm={() => management.deactivateUser(what)}
      >
        <p>From the next request on they may do nothing. Nothing is lost.</p>
      </ConfirmDialog>
    ),
  };
  const unlock: DangerousDeed = {
    title: 'Unlock',
    description: 'They may do again what they might.',
    button: 'Unlock',
    restores: true,
    dialog: close => (
      <ConfirmDialog
        title={`Unlock ${name}`}
        confirmLabel="Unlock"
        destructive={false}
        onClose={close}
        onConfirm={() => management.unlockUser(what)}
      >
        <p>They may do again what they might before.</p>
      </ConfirmDialog>
    ),
  };
  const reactivate: DangerousDeed = {
    title: 'Reactivate',
    description: 'They may do again what they might.',
    button: 'Reactivate',
    restores: true,
    dialog: close => (
      <ConfirmDialog
        title={`Reactivate ${name}`}
        confirmLabel="Reactivate"
        destructive={false}
        onClose={close}
        onConfirm={() => management.reactivateUser(what)}
      >
        <p>They may do again what they might before.</p>
      </ConfirmDialog>
    ),
  };
  switch (user.status) {
    case UserStatus.ACTIVE:
      return [lock, deactivate];
    case UserStatus.LOCKED:
      return [unlock];
    case UserStatus.INACTIVE:
      return [reactivate];
    default:
      return [];
  }
}

function removals(
  user: User,
  management: Management,
  gone: () => void,
): DangerousDeed[] {
  const name = userName(user);
  const remove: DangerousDeed = {
    title: 'Remove',
    description:
      'With groups, roles, tokens and keys. It cannot be undone; the username is free again, and the history stays readable.',
    button: 'Remove',
    dialog: close => (
      <ConfirmDialog
        title={`Remove ${name}`}
        confirmLabel="Remove for good"
        typed={user.username}
        onClose={close}
        onConfirm={async () => {
          await management.removeUser({ user: user.id });
          gone();
        }}
      >
        <p>They lose all access at once, and everything they were given.</p>
      </ConfirmDialog>
    ),
  };
  const erase: DangerousDeed = {
    title: 'Erase',
    description:
      'Removes the person and makes what was personal unreadable everywhere: in lists, in the history and in backups from then on.',
    button: 'Erase',
    dialog: close => (
      <ConfirmDialog
        title={`Erase ${name}`}
        confirmLabel="Erase for good"
        typed={user.username || user.id}
        onClose={close}
        onConfirm={async () => {
          await management.eraseUser({ user: user.id });
          gone();
        }}
      >
        <p>
          The key to their personal data is destroyed. Nobody can bring it back.
          That somebody did something stays in the history, without a name.
        </p>
      </ConfirmDialog>
    ),
  };
  const isPerson = user.type === UserType.HUMAN;
  return [
    ...(user.status === UserStatus.REMOVED ? [] : [remove]),
    ...(isPerson ? [erase] : []),
  ];
}
