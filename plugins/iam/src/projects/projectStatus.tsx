import { ProjectStatus } from '@callboard/plugin-iam-common/api';
import { StatusBadge, type Tone } from '../display/StatusBadge';

const STATUSES: Readonly<Record<ProjectStatus, readonly [Tone, string]>> = {
  [ProjectStatus.UNSPECIFIED]: ['neutral', 'Unknown'],
  [ProjectStatus.ACTIVE]: ['success', 'Active'],
  [ProjectStatus.INACTIVE]: ['warning', 'Inactive'],
  [ProjectStatus.REMOVING]: ['danger', 'Being removed'],
  [ProjectStatus.REMOVED]: ['danger', 'Removed'],
};

export function ProjectStatusBadge(props: { status: ProjectStatus }) {
  const [tone, label] = STATUSES[props.status];
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
}
