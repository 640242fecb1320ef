import { UserStatus } from '@callboard/plugin-iam-common/api';
import { StatusBadge, type Tone } from '../display/StatusBadge';

const STATUSES: Record<UserStatus, readonly [string, Tone]> = {
  [UserStatus.UNSPECIFIED]: ['Unknown', 'neutral'],
  [UserStatus.INITIAL]: ['Not invited yet', 'neutral'],
  [UserStatus.INVITED]: ['Invited', 'info'],
  [UserStatus.ACTIVE]: ['Active', 'success'],
  [UserStatus.LOCKED]: ['Locked', 'danger'],
  [UserStatus.INACTIVE]: ['Inactive', 'warning'],
  [UserStatus.REMOVED]: ['Removed', 'neutral'],
  [UserStatus.ERASED]: ['Erased', 'neutral'],
};

export function UserStatusBadge(props: { status: UserStatus }) {
  const [label, tone] = STATUSES[props.status];
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
}
