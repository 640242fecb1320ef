import {
  aggregateTypeOf,
  type AggregateId,
  type EventEnvelope,
  type EventId,
  type EventRegistry,
  type InstanceId,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { PersonalData } from '../../personal/PersonalData';
import type { UnreadableEvent } from '../EventLog';

/** The columns of an event as {@link decodeRows} takes them. */
export const EVENT_COLUMNS = `position, instance, aggregate_id, version, type, revision,
  event_id, actor, context, date_part('epoch', recorded_at) * 1000, payload`;

type Payload = Record<string, unknown>;

/** Text of every column; the process-wide parsers of `pg` may have been changed. */
const asText = { getTypeParser: () => (value: string) => value };

export type TextRow = readonly (string | null)[];

/** Runs a statement; each row is a list of its columns as text. */
export async function selectRows(
  knex: Knex,
  sql: string,
  bindings: readonly unknown[],
): Promise<TextRow[]> {
  const query = knex
    .raw(sql, bindings as Knex.RawBinding[])
    // Knex hands these on to the driver; its types know only some of them.
    .options({ rowMode: 'array', types: asText } as Record<string, unknown>);
  return ((await query) as { rows: TextRow[] }).rows;
}

/**
 * Events of rows that have {@link EVENT_COLUMNS}: payloads decrypted and
 * brought up to their newest revision. A type nobody registered is left as it
 * was stored, so that the trail stays readable without its plugin.
 *
 * @param options - `onUnreadable`: what to do with an event that cannot be
 * decoded: tell of it and leave it out, or show it as it was stored. It is
 * thrown when left out.
 */
export async function decodeRows(
  rows: readonly TextRow[],
  options: {
    registry: EventRegistry;
    personal: PersonalData;
    onUnreadable?: 'as-stored' | ((event: UnreadableEvent) => void);
  },
): Promise<EventEnvelope[]> {
  const { registry, onUnreadable } = options;
  const stored = rows.map(row => JSON.parse(row[10]!) as Payload);
  const revealed = await options.personal.reveal(
    rows.map((row, index) => ({
      id: row[6]!,
      type: row[4]!,
      payload: stored[index]!,
    })),
  );
  let actorText: string | undefined;
  let actor: EventEnvelope['actor'];
  const events: EventEnvelope[] = [];
  rows.forEach((row, index) => {
    // Neighbours often have the same actor; parsing it again costs time.
    if (row[7] !== actorText) {
      actorText = row[7]!;
      actor = Object.freeze(JSON.parse(actorText)) as EventEnvelope['actor'];
    }
    const aggregateId = row[2] as AggregateId;
    const type = row[4]!;
    const { payload, revision, error } = decode(
      type,
      Number(row[5]),
      revealed[index]!,
      registry,
    );
    const event = {
      position: Number(row[0]) as Position,
      id: row[6] as EventId,
      instance: row[1] as InstanceId,
      aggregateType: aggregateTypeOf(aggregateId),
      aggregateId,
      version: Number(row[3]) as Version,
      type,
      revision,
      payload,
      actor,
      context: JSON.parse(row[8]!) as EventEnvelope['context'],
      recordedAt: new Date(Number(row[9])).toISOString(),
    };
    if (!error) {
      events.push(event);
    } else if (onUnreadable === 'as-stored') {
      events.push({ ...event, payload: stored[index]! });
    } else if (onUnreadable) {
      const { payload: _none, ...rest } = event;
      onUnreadable({ ...rest, error });
    } else {
      throw error;
    }
  });
  return events;
}

function decode(
  type: string,
  revision: number,
  payload: Payload | Error,
  registry: EventRegistry,
): { payload?: Payload; revision: number; error?: Error } {
  if (payload instanceof Error) {
    return { revision, error: payload };
  }
  if (!registry.has(type)) {
    return { payload, revision };
  }
  try {
    return {
      payload: registry.upcast(type, revision, payload),
      revision: registry.get(type).revision,
    };
  } catch (error) {
    return {
      revision,
      error: error instanceof Error ? error : new Error(String(error)),
    };
  }
}
