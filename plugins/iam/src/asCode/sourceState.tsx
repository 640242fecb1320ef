import { SourceState } from '@callboard/plugin-iam-common/api';
import { StatusBadge, type Tone } from '../display/StatusBadge';

const STATES: Readonly<Record<SourceState, readonly [Tone, string]>> = {
  [SourceState.UNSPECIFIED]: ['neutral', 'Not read yet'],
  [SourceState.IN_SYNC]: ['success', 'As described'],
  [SourceState.PENDING]: ['info', 'To be applied'],
  [SourceState.DRIFTED]: ['warning', 'Drifted'],
  [SourceState.FAULTY]: ['danger', 'Faulty'],
  [SourceState.UNREADABLE]: ['danger', 'Unreadable'],
};

export function SourceStateBadge(props: { state: SourceState }) {
  const [tone, label] = STATES[props.state];
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
}
