import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { LogHead } from '../EventLog';
import { selectRows } from './selectEvents';

/** The position and time of the last event. */
export async function readHead(knex: Knex): Promise<LogHead> {
  const [row] = await selectRows(
    knex,
    `select position, date_part('epoch', recorded_at) * 1000
      from events order by position desc limit 1`,
    [],
  );
  return row
    ? {
        position: Number(row[0]) as Position,
        recordedAt: new Date(Number(row[1])).toISOString(),
      }
    : { position: 0 as Position };
}

/** The position of the last event recorded at or before a time; else 0. */
export async function readPositionAt(
  knex: Knex,
  time: Date,
): Promise<Position> {
  const [row] = await selectRows(knex, 'select position_at(?::timestamptz)', [
    time.toISOString(),
  ]);
  return Number(row![0]) as Position;
}

/** The position of the last event recorded before a time; else 0. */
export function positionBefore(knex: Knex, time: Date): Promise<Position> {
  // Times in the log have milliseconds.
  return readPositionAt(knex, new Date(time.getTime() - 1));
}
