import {
  UserStatus,
  UserType,
  type User,
} from '@callboard/plugin-iam-common/api';
import { EmptyState } from '../../display/EmptyState';
import { ClientSecretSection } from './ClientSecretSection';
import { InvitationSection } from './InvitationSection';
import { KeysSection } from './KeysSection';
import { TokensSection } from './TokensSection';

/** By what a person or machine proves who they are. */
export function CredentialsSections({ user }: { user: User }) {
  if (user.status === UserStatus.REMOVED || user.status === UserStatus.ERASED) {
    return (
      <EmptyState title="Nothing left">
        Tokens and keys end with the user.
      </EmptyState>
    );
  }
  return (
    <>
      {(user.status === UserStatus.INVITED ||
        user.status === UserStatus.INITIAL) && (
        <InvitationSection user={user} />
      )}
      <TokensSection user={user} />
      {user.type === UserType.MACHINE && (
        <>
          <ClientSecretSection user={user} />
          <KeysSection user={user} />
        </>
      )}
    </>
  );
}
