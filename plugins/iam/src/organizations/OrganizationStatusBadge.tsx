import { OrganizationStatus } from '@callboard/plugin-iam-common/api';
import { StatusBadge, type Tone } from '../display/StatusBadge';

const STATUSES: Record<OrganizationStatus, readonly [string, Tone]> = {
  [OrganizationStatus.UNSPECIFIED]: ['Unknown', 'neutral'],
  [OrganizationStatus.ACTIVE]: ['Active', 'success'],
  [OrganizationStatus.INACTIVE]: ['Inactive', 'warning'],
  [OrganizationStatus.REMOVING]: ['Being removed', 'danger'],
  [OrganizationStatus.REMOVED]: ['Removed', 'neutral'],
};

export function OrganizationStatusBadge(props: { status: OrganizationStatus }) {
  const [label, tone] = STATUSES[props.status];
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
}
