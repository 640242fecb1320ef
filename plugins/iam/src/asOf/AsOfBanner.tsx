import { Alert, Button } from '@backstage/ui';
import { RiHistoryLine } from '@remixicon/react';
import { formatTime } from '../display/Time';
import type { Moment } from './Moment';
import { useAsOf } from './useAsOf';

/** Says that the past is shown, and which; nothing when it is now. */
export function AsOfBanner() {
  const { moment, unreadable, travelTo } = useAsOf();
  if (!moment && unreadable === undefined) {
    return null;
  }
  const backToNow = (
    <Button variant="secondary" size="small" onPress={() => travelTo()}>
      Back to now
    </Button>
  );
  return moment ? (
    <Alert
      role="status"
      status="warning"
      icon={<RiHistoryLine aria-hidden />}
      title={`You are looking at the past: ${describeMoment(moment)}`}
      description="Nothing can be changed here. What you may see is decided by what you may see now."
      customActions={backToNow}
    />
  ) : (
    <Alert
      role="alert"
      status="danger"
      icon
      title="The address names no moment that can be shown"
      description={`“${unreadable}” is neither a time such as 2026-11-20T12:00:00Z nor a position in the log. This is what is so now.`}
      customActions={backToNow}
    />
  );
}

/** "Nov 20, 2026, 1:45 PM" or "after event 1234". */
export function describeMoment(moment: Moment): string {
  return moment.kind === 'time'
    ? formatTime(moment.time)
    : `after event ${moment.position}`;
}
