import {
  UserStatus,
  UserType,
  type User,
} from '@callboard/plugin-iam-common/api';
import { CopyButton } from '../display/CopyButton';
import { StatusBadge } from '../display/StatusBadge';
import { Time } from '../display/Time';
import { CommandButton } from '../form/CommandButton';
import { Facts, type Fact } from '../object/Facts';
import { Section } from '../object/Section';
import { uuidOf } from '../shell/ids';
import {
  EmailDialog,
  MachineDialog,
  PhoneDialog,
  ProfileDialog,
  UsernameDialog,
} from './profileDialogs';
import { ConfirmContact } from './ConfirmContact';

/** What a person or machine is called, and how they are reached. */
export function UserProfile({ user }: { user: User }) {
  const isMachine = user.type === UserType.MACHINE;
  const isGone =
    user.status === UserStatus.REMOVED || user.status === UserStatus.ERASED;

  const locked: Fact[] =
    user.status === UserStatus.LOCKED
      ? [
          ['Locked because', user.lockReason.replaceAll('_', ' ') || undefined],
          [
            'Locked until',
            user.lockedUntil ? (
              <Time key="until" at={user.lockedUntil} />
            ) : (
              'somebody unlocks it'
            ),
          ],
        ]
      : [];

  return (
    <>
      <Section
        title="Profile"
        commands={
          !isGone && (
            <>
              <CommandButton
                label="Change"
                dialog={close =>
                  isMachine ? (
                    <MachineDialog user={user} onClose={close} />
                  ) : (
                    <ProfileDialog user={user} onClose={close} />
                  )
                }
              />
              <CommandButton
                label="Change username"
                dialog={close => <UsernameDialog user={user} onClose={close} />}
              />
            </>
          )
        }
      >
        <Facts
          facts={[
            ['Shown as', user.displayName],
            ['Username', user.username],
            ['Given name', user.givenName],
            ['Family name', user.familyName],
            ['Language', user.language],
            ['What it is for', user.description],
            ...locked,
            ['Created', <Time key="created" at={user.createdAt} />],
            ['Last changed', <Time key="changed" at={user.changedAt} />],
            [
              'Id',
              <span key="id">
                <code>{uuidOf(user.id)}</code>{' '}
                <CopyButton text={user.id} label="Copy id" />
              </span>,
            ],
          ]}
        />
      </Section>
      {!isMachine && !isGone && (
        <Section
          title="How they are reached"
          commands={
            <>
              <CommandButton
                label="Change e-mail"
                dialog={close => <EmailDialog user={user} onClose={close} />}
              />
              <CommandButton
                label={user.phone ? 'Change telephone' : 'Add telephone'}
                dialog={close => <PhoneDialog user={user} onClose={close} />}
              />
              <ConfirmContact user={user} />
            </>
          }
        >
          <Facts
            facts={[
              [
                'E-mail',
                user.email && (
                  <span key="email">
                    {user.email} <Verified verified={user.emailVerified} />
                  </span>
                ),
              ],
              [
                'Telephone',
                user.phone && (
                  <span key="phone">
                    {user.phone} <Verified verified={user.phoneVerified} />
                  </span>
                ),
              ],
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Verified({ verified }: { verified: boolean }) {
  return verified ? (
    <StatusBadge tone="success">Verified</StatusBadge>
  ) : (
    <StatusBadge tone="warning">Not verified</StatusBadge>
  );
}
