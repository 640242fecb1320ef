import type { PreparedAppend } from './PreparedAppend';
import {
  int2Array,
  int4Array,
  int8Array,
  textArray,
  uuidArray,
} from './encodeArray';

/** The part of a `pg` client that is used here. */
export interface RawConnection {
  query(config: {
    name?: string;
    text: string;
    values: unknown[];
    rowMode: 'array';
    types: { getTypeParser(): (value: string) => string };
  }): Promise<{ rows: (string | null)[][] }>;
}

/** Why appends of a batch were not stored. Items and claims by their index. */
export interface AppendOutcome {
  /** An aggregate is not where its append expected it. */
  readonly conflicts:
    | readonly {
        item: number;
        aggregate: string;
        expected: number;
        actual: number;
        foreign: boolean;
      }[]
    | null;
  /** Events that are in the log already, under the ids of this batch. */
  readonly stored:
    | readonly {
        item: number;
        /** Place in the batch, from 1. */
        ord: number;
        same: boolean;
        position: number;
        version: number;
        recorded_ms: number;
      }[]
    | null;
  /** Claims that another aggregate holds, or that are not held as stated. */
  readonly claims:
    | readonly { item: number; claim: number; owner: string | null }[]
    | null;
  /** The version before, of each part of the batch. */
  readonly start: readonly number[];
}

export interface AppendEventsAnswer {
  readonly base: number;
  readonly recordedMs: number;
  /** Absent when all appends were stored at the versions they expected. */
  readonly outcome?: AppendOutcome;
}

const ARGUMENT_TYPES = [
  'boolean',
  'int[]',
  'text[]',
  'text[]',
  'bigint[]',
  'int[]',
  'int[]',
  'int[]',
  'int[]',
  'text[]',
  'text[]',
  'text[]',
  'smallint[]',
  'uuid[]',
  'text[]',
  'text[]',
  'text[]',
  'text[]',
  'text[]',
  'json',
];

const STATEMENT = `select base, recorded_ms, outcome from append_events(${ARGUMENT_TYPES.map(
  (type, index) => `$${index + 1}::${type}`,
).join(', ')})`;

// Text of every column; the process-wide parsers of `pg` may have been changed.
const types = { getTypeParser: () => (value: string) => value };

/**
 * Calls the database function that writes a batch (see the migration). One
 * statement, one transaction.
 *
 * @param prepared - keep the statement prepared on this connection
 */
export async function callAppendEvents(
  connection: RawConnection,
  items: readonly PreparedAppend[],
  options: { checkIds: boolean; prepared: boolean },
): Promise<AppendEventsAnswer> {
  const result = await connection.query({
    ...(options.prepared ? { name: 'append_events' } : {}),
    text: STATEMENT,
    values: bind(items, options.checkIds),
    rowMode: 'array',
    types,
  });
  const [base, recordedMs, outcome] = result.rows[0]!;
  return {
    base: Number(base),
    recordedMs: Number(recordedMs),
    ...(outcome ? { outcome: JSON.parse(outcome) as AppendOutcome } : {}),
  };
}

const APPEND_EVENT =
  'select append_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)';

/**
 * Whether an append is of the plainest kind, which has a shorter way: one event
 * at an exact version, and no claims.
 */
export function isLoneEvent(items: readonly PreparedAppend[]): boolean {
  const [item] = items;
  const part = item?.parts[0];
  return (
    items.length === 1 &&
    item!.parts.length === 1 &&
    item!.claims.length === 0 &&
    part!.expected >= 0 &&
    part!.events.length === 1
  );
}

/**
 * Calls the database function that stores a lone event.
 *
 * @returns undefined when it was not stored; {@link callAppendEvents} tells why
 */
export async function callAppendEvent(
  connection: RawConnection,
  item: PreparedAppend,
  options: { prepared: boolean },
): Promise<AppendEventsAnswer | undefined> {
  const part = item.parts[0]!;
  const event = part.events[0]!;
  const result = await connection.query({
    ...(options.prepared ? { name: 'append_event' } : {}),
    text: APPEND_EVENT,
    values: [
      item.instance,
      part.aggregate,
      part.expected,
      event.type,
      event.revision,
      event.id,
      item.actor,
      item.actorKey,
      item.context,
      item.correlationId,
      event.payload,
    ],
    rowMode: 'array',
    types,
  });
  const [stored] = result.rows[0]!;
  if (stored === null || stored === undefined) {
    return undefined;
  }
  const [base, recordedMs] = stored.slice(1, -1).split(',');
  return { base: Number(base), recordedMs: Number(recordedMs) };
}

function bind(items: readonly PreparedAppend[], checkIds: boolean): unknown[] {
  const part = {
    item: [] as number[],
    instance: [] as string[],
    aggregate: [] as string[],
    expected: [] as number[],
    count: [] as number[],
  };
  const event = {
    item: [] as number[],
    part: [] as number[],
    ordinal: [] as number[],
    instance: [] as string[],
    aggregate: [] as string[],
    type: [] as string[],
    revision: [] as number[],
    id: [] as string[],
    actor: [] as string[],
    actorKey: [] as string[],
    context: [] as string[],
    correlation: [] as (string | null)[],
    payload: [] as string[],
  };
  const claims: object[] = [];
  items.forEach((item, itemIndex) => {
    for (const itemPart of item.parts) {
      part.item.push(itemIndex);
      part.instance.push(item.instance);
      part.aggregate.push(itemPart.aggregate);
      part.expected.push(itemPart.expected);
      part.count.push(itemPart.events.length);
      const partNumber = part.item.length;
      itemPart.events.forEach((itemEvent, index) => {
        event.item.push(itemIndex);
        event.part.push(partNumber);
        event.ordinal.push(index + 1);
        event.instance.push(item.instance);
        event.aggregate.push(itemPart.aggregate);
        event.type.push(itemEvent.type);
        event.revision.push(itemEvent.revision);
        event.id.push(itemEvent.id);
        event.actor.push(item.actor);
        event.actorKey.push(item.actorKey);
        event.context.push(item.context);
        event.correlation.push(item.correlationId);
        event.payload.push(itemEvent.payload);
      });
    }
    item.claims.forEach((claim, claimIndex) => {
      claims.push({
        item: itemIndex,
        claim: claimIndex,
        op: claim.change.op,
        instance: claim.instance,
        kind: claim.change.kind,
        value: claim.value,
        owner: claim.owner,
        from: claim.change.from,
      });
    });
  });
  return [
    checkIds,
    int4Array(part.item),
    textArray(part.instance),
    textArray(part.aggregate),
    int8Array(part.expected),
    int4Array(part.count),
    int4Array(event.item),
    int4Array(event.part),
    int4Array(event.ordinal),
    textArray(event.instance),
    textArray(event.aggregate),
    textArray(event.type),
    int2Array(event.revision),
    uuidArray(event.id),
    textArray(event.actor),
    textArray(event.actorKey),
    textArray(event.context),
    textArray(event.correlation),
    textArray(event.payload),
    claims.length === 0 ? null : JSON.stringify(claims),
  ];
}
