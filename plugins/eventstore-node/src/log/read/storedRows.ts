import type { Knex } from 'knex';
import { selectRows, type TextRow } from './selectEvents';

/** Every column of an event, in the order that seals and backups use. */
export const STORED_COLUMNS = [
  'position',
  'instance',
  'aggregate_id',
  'version',
  'type',
  'revision',
  'event_id',
  'actor',
  'actor_key',
  'context',
  'correlation_id',
  'recorded_ms',
  'payload',
] as const;

const SELECT = STORED_COLUMNS.map(column =>
  column === 'recorded_ms'
    ? `round(date_part('epoch', recorded_at) * 1000)::bigint`
    : column,
).join(', ');

/** Events as they are stored, every column as text. */
export function storedRows(
  knex: Knex,
  range: { first: number; last: number },
): Promise<TextRow[]> {
  return selectRows(
    knex,
    `select ${SELECT} from events
      where position >= ? and position <= ? order by position`,
    [range.first, range.last],
  );
}
