import { UserType, type User } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { ObjectName } from '../display/Names';
import { Read } from '../display/Read';
import { GrantsSection } from '../grants/GrantsSection';
import { ObjectHistory } from '../history/ObjectHistory';
import { MembershipsSection } from '../memberships/MembershipsSection';
import { MetadataSection } from '../object/MetadataSection';
import { ObjectPage } from '../object/ObjectPage';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { AdministersSection } from './AdministersSection';
import { CredentialsSections } from './credentials/CredentialsSections';
import { UserDangerZone } from './UserDangerZone';
import { userName } from './userName';
import { UserProfile } from './UserProfile';
import { UserStatusBadge } from './UserStatusBadge';

/** One person or machine: what they are, what they may do, what happened. */
export function UserPage(props: { id: string }) {
  const { id } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const user = useRead(
    useCallback(
      (signal: AbortSignal) =>
        management.getUser({ user: id, asOf }, { signal }),
      [management, id, asOf],
    ),
  );
  return <Read reading={user}>{value => <ReadUser user={value} />}</Read>;
}

function ReadUser({ user }: { user: User }) {
  const { management } = useIam();
  const { id } = user;
  const name = userName(user);
  return (
    <ObjectPage
      id={id}
      list={{ path: 'people', title: 'People and machines' }}
      title={name}
      status={<UserStatusBadge status={user.status} />}
      subtitle={
        <>
          {user.type === UserType.MACHINE ? 'Machine' : 'Person'} in{' '}
          <ObjectName id={user.organization} />
        </>
      }
      tabs={[
        {
          path: 'profile',
          title: 'Profile',
          content: (
            <>
              <UserProfile user={user} />
              <UserDangerZone user={user} />
            </>
          ),
        },
        {
          path: 'groups',
          title: 'Groups',
          content: (
            <MembershipsSection
              member={id}
              memberName={name}
              organization={user.organization}
            />
          ),
        },
        {
          path: 'roles',
          title: 'Roles',
          content: (
            <>
              <GrantsSection subject={id} subjectName={name} />
              <AdministersSection subject={id} />
            </>
          ),
        },
        {
          path: 'credentials',
          title: 'Tokens and keys',
          content: <CredentialsSections user={user} />,
        },
        {
          path: 'metadata',
          title: 'Metadata',
          content: (
            <MetadataSection
              metadata={user.metadata}
              onSet={(key, value) =>
                management.setUserMetadata({ user: id, key, value })
              }
              onRemove={key => management.removeUserMetadata({ user: id, key })}
            />
          ),
        },
        {
          path: 'history',
          title: 'History',
          content: <ObjectHistory id={id} />,
        },
      ]}
    />
  );
}
