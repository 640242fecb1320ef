import {
  aggregateId,
  eventId,
  limits,
  position,
  version,
  type AggregateId,
  type EventEnvelope,
  type EventRegistry,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { PersonalData } from '../../personal/PersonalData';
import { checkLimit } from './filters';
import { decodeRows, EVENT_COLUMNS, selectRows } from './selectEvents';

/** The events of one aggregate in order of version. */
export async function readAggregate(
  log: { knex: Knex; registry: EventRegistry; personal: PersonalData },
  id: AggregateId,
  options: {
    after?: Version;
    through?: Position;
    limit?: number;
    personalContext?: boolean;
  } = {},
): Promise<EventEnvelope[]> {
  const checkedId = aggregateId(id, 'id');
  const through =
    options.through === undefined
      ? undefined
      : position(options.through, 'through');
  let left = checkLimit(options.limit, {
    byDefault: Number.MAX_SAFE_INTEGER,
    atMost: Number.MAX_SAFE_INTEGER,
  });
  let after = version(options.after ?? 0, 'after');
  const events: EventEnvelope[] = [];
  for (;;) {
    const size = Math.min(left, limits.batchSize);
    const rows = await selectRows(
      log.knex,
      `select ${EVENT_COLUMNS} from events
        where aggregate_id = ? and version > ?
        ${through === undefined ? '' : 'and position <= ?'}
        order by version limit ?`,
      [checkedId, after, ...(through === undefined ? [] : [through]), size],
    );
    const piece = await decodeRows(rows, {
      ...log,
      personalContext: options.personalContext ?? true,
    });
    events.push(...piece);
    left -= piece.length;
    if (piece.length < size || left === 0) {
      return events;
    }
    after = piece.at(-1)!.version;
  }
}

/** Where an aggregate's last event is; zeros when it has none. */
export async function readLast(
  knex: Knex,
  id: AggregateId,
): Promise<{ version: Version; position: Position }> {
  const [row] = await selectRows(
    knex,
    `select version, position from events
      where aggregate_id = ? order by version desc limit 1`,
    [aggregateId(id, 'id')],
  );
  return {
    version: Number(row?.[0] ?? 0) as Version,
    position: Number(row?.[1] ?? 0) as Position,
  };
}

/** One event by its id. */
export async function readEvent(
  log: { knex: Knex; registry: EventRegistry; personal: PersonalData },
  id: string,
): Promise<EventEnvelope | undefined> {
  const rows = await selectRows(
    log.knex,
    `select ${EVENT_COLUMNS} from events where event_id = ?::uuid`,
    [eventId(id)],
  );
  return (await decodeRows(rows, { ...log, personalContext: true }))[0];
}
