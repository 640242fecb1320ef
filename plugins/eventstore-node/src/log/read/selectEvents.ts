import {
  aggregateTypeOf,
  StoreFailedError,
  type AggregateId,
  type EventContext,
  type EventEnvelope,
  type EventId,
  type EventRegistry,
  type InstanceId,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { PersonalData, StoredContext } from '../../personal/PersonalData';
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
    /** Decrypt from where people acted; it is left out otherwise. */
    personalContext: boolean;
  },
): Promise<EventEnvelope[]> {
  const { registry, onUnreadable } = options;
  const stored: Payload[] = new Array(rows.length);
  let contexts: EventContext[] = new Array(rows.length);
  let personal = false;
  let personalContext = false;
  for (let index = 0; index < rows.length; index++) {
    const payload = JSON.parse(rows[index]![10]!) as Payload;
    personal ||= payload.$personal !== undefined;
    stored[index] = payload;
    const context = JSON.parse(rows[index]![8]!) as StoredContext;
    if (context.$personal !== undefined) {
      personalContext = true;
      if (!options.personalContext) {
        const { $personal: _hidden, ...open } = context;
        contexts[index] = open;
        continue;
      }
    }
    contexts[index] = context;
  }
  if (personalContext && options.personalContext) {
    contexts = await options.personal.revealContexts(contexts);
  }
  const payloads = personal
    ? await options.personal.reveal(
        rows.map((row, index) => ({
          id: row[6]!,
          type: row[4]!,
          payload: stored[index]!,
        })),
      )
    : stored;

  const events: EventEnvelope[] = [];
  // Neighbours often have these in common; making them again costs time.
  let actorText: string | null | undefined;
  let actor: EventEnvelope['actor'];
  let timeText: string | null | undefined;
  let recordedAt = '';
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if (row[7] !== actorText) {
      actorText = row[7];
      actor = Object.freeze(JSON.parse(actorText!)) as EventEnvelope['actor'];
    }
    if (row[9] !== timeText) {
      timeText = row[9];
      recordedAt = new Date(Number(timeText)).toISOString();
    }
    const aggregateId = row[2] as AggregateId;
    const type = row[4]!;
    const event = {
      position: Number(row[0]) as Position,
      id: row[6] as EventId,
      instance: row[1] as InstanceId,
      aggregateType: aggregateTypeOf(aggregateId),
      aggregateId,
      version: Number(row[3]) as Version,
      type,
      revision: Number(row[5]),
      payload: stored[index] as unknown,
      actor: actor!,
      context: contexts[index]!,
      recordedAt,
    };
    try {
      const payload = payloads[index]!;
      if (payload instanceof StoreFailedError) {
        throw payload;
      }
      event.payload = payload;
      if (registry.has(type)) {
        event.payload = registry.upcast(type, event.revision, payload);
        event.revision = registry.get(type).revision;
      }
    } catch (error) {
      if (onUnreadable === undefined) {
        throw error;
      }
      if (onUnreadable !== 'as-stored') {
        const { payload: _none, ...rest } = event;
        onUnreadable({ ...rest, error: asError(error) });
        continue;
      }
      event.payload = stored[index];
    }
    events.push(event);
  }
  return events;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
