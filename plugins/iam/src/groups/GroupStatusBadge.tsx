import { GroupStatus } from '@callboard/plugin-iam-common/api';
import { StatusBadge, type Tone } from '../display/StatusBadge';

const STATUSES: Record<GroupStatus, readonly [string, Tone]> = {
  [GroupStatus.UNSPECIFIED]: ['Unknown', 'neutral'],
  [GroupStatus.ACTIVE]: ['Active', 'success'],
  [GroupStatus.REMOVING]: ['Being removed', 'danger'],
  [GroupStatus.REMOVED]: ['Removed', 'neutral'],
};

export function GroupStatusBadge(props: { status: GroupStatus }) {
  const [label, tone] = STATUSES[props.status];
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
}
