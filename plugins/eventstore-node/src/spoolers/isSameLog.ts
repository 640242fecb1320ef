import type { Position } from '@callboard/plugin-eventstore-common';
import type { EventLog } from '../log/EventLog';
import { readInOrder } from './EventFeed';
import type { SpoolerRow } from './tables';

/** Whether the log still has the event that the spooler saw last. */
export async function isSameLog(
  log: EventLog,
  row: SpoolerRow,
): Promise<boolean> {
  if ((await log.incarnation()) !== row.incarnation) {
    return false;
  }
  const { position } = await log.head();
  if (position < row.position) {
    return false;
  }
  if (!row.anchor) {
    return true;
  }
  const { events } = await readInOrder(log, {
    after: (row.anchor.position - 1) as Position,
    limit: 1,
  });
  return events[0]?.id === row.anchor.event;
}
