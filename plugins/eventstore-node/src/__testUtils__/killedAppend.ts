import type { AggregateId } from '@callboard/plugin-eventstore-common';
import type { AppendRequest } from '../log/EventLog';
import { doorNumber, doorOpened, doorShut, toDoor } from './doorEvents';

/** An append that a crash may interrupt: a door, its two events, its number. */
export interface KilledAppend {
  readonly id: AggregateId;
  readonly events: [string, string];
}

export function requestOf({
  id,
  events: [one, two],
}: KilledAppend): AppendRequest {
  return toDoor(
    id,
    0,
    [
      doorOpened.of({ hand: 'left' }, one as never),
      doorShut.of({}, two as never),
    ],
    { claims: [doorNumber.claim(id)] },
  );
}
