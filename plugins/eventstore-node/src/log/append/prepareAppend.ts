import {
  actorKey,
  actorSchema,
  aggregateIdSchema,
  aggregateTypeOf,
  aggregateTypeOfEvent,
  BadArgumentError,
  eventContextSchema,
  eventIdSchema,
  instanceIdSchema,
  limits,
  lineSchema,
  newEventId,
  parseArgument,
  PayloadInvalidError,
  TooLargeError,
  versionSchema,
  type AggregateId,
  type ClaimChange,
  type EventRegistry,
  type EventType,
  type NewEvent,
} from '@callboard/plugin-eventstore-common';
import type { PersonalData } from '../../personal/PersonalData';
import type { AppendRequest } from '../EventLog';
import type {
  PreparedAppend,
  PreparedClaim,
  PreparedEvent,
  PreparedPart,
} from './PreparedAppend';

/** An event whose payload has been checked but not yet turned into text. */
interface CheckedEvent {
  readonly event: Omit<PreparedEvent, 'payload'>;
  readonly aggregate: AggregateId;
  readonly payload: Record<string, unknown>;
  readonly path: string;
}

/**
 * Checks an append against the definitions and limits, encrypts what is
 * personal, and encodes the rest.
 *
 * @throws BadArgumentError, UnknownTypeError, PayloadInvalidError,
 * TooLargeError, each naming the field at fault
 */
export async function prepareAppend(
  request: AppendRequest,
  registry: EventRegistry,
  personal: PersonalData,
): Promise<PreparedAppend> {
  const given = record(request, 'append');
  const instance = parseArgument(instanceIdSchema, given.instance, 'instance');
  const actor = parseArgument(actorSchema, given.actor, 'actor');
  const context = parseArgument(eventContextSchema, given.context, 'context');
  const aggregates = list(
    given.aggregates,
    'aggregates',
    limits.aggregatesPerAppend,
  );

  const checked: CheckedEvent[] = [];
  const seenAggregates = new Set<string>();
  const seenIds = new Set<string>();
  let idsFromCaller = false;
  const parts = aggregates.map((value, index) => {
    const path = `aggregates.${index}`;
    const part = record(value, path);
    const id = parseArgument(aggregateIdSchema, part.id, `${path}.id`);
    if (seenAggregates.has(id)) {
      throw new BadArgumentError(`${path}.id`, 'is listed twice');
    }
    seenAggregates.add(id);
    const expected =
      part.expected === 'any'
        ? -1
        : parseArgument(versionSchema, part.expected, `${path}.expected`);
    const events = list(part.events, `${path}.events`, limits.eventsPerAppend);
    if (checked.length + events.length > limits.eventsPerAppend) {
      throw new TooLargeError('aggregates', {
        limit: limits.eventsPerAppend,
        actual: checked.length + events.length,
        unit: 'events',
      });
    }
    const first = checked.length;
    events.forEach((event, eventIndex) => {
      const eventPath = `${path}.events.${eventIndex}`;
      const one = checkEvent(event, id, eventPath, registry);
      if (seenIds.has(one.event.id)) {
        throw new BadArgumentError(`${eventPath}.id`, 'is listed twice');
      }
      seenIds.add(one.event.id);
      idsFromCaller ||= (event as NewEvent).id !== undefined;
      checked.push(one);
    });
    return { aggregate: id, expected, first, count: events.length };
  });
  if (checked.length === 0) {
    throw new BadArgumentError('aggregates', 'have no event to append');
  }

  const owner = parts.find(part => part.count > 0)!.aggregate;
  const claims: PreparedClaim[] = [];
  for (const claim of list(
    given.claims ?? [],
    'claims',
    limits.claimsPerAppend,
  )) {
    const index = claims.length;
    claims.push(
      await prepareClaim(claim, { index, owner, instance, personal }),
    );
  }
  const events = await encode(checked, personal);
  const bytes = checkSizes(events, checked);

  return {
    instance,
    actor: JSON.stringify(actor),
    actorKey: actorKey(actor),
    context: JSON.stringify(await personal.protectContext(context, actor)),
    correlationId: context.correlationId ?? null,
    parts: parts.map(
      (part): PreparedPart => ({
        aggregate: part.aggregate,
        expected: part.expected,
        events: events.slice(part.first, part.first + part.count),
      }),
    ),
    claims,
    ...keysOf(parts, events, claims, idsFromCaller),
    idsFromCaller,
    eventCount: events.length,
    bytes,
  };
}

function checkEvent(
  value: unknown,
  aggregate: AggregateId,
  path: string,
  registry: EventRegistry,
): CheckedEvent {
  const event = record(value, path);
  if (typeof event.type !== 'string') {
    throw new BadArgumentError(`${path}.type`, 'must be an event type');
  }
  const definition = registry.get(event.type);
  if (
    aggregateTypeOfEvent(event.type as EventType) !== aggregateTypeOf(aggregate)
  ) {
    throw new BadArgumentError(
      `${path}.type`,
      `${event.type} is not an event of ${aggregateTypeOf(aggregate)}`,
    );
  }
  return {
    event: {
      id:
        event.id === undefined
          ? newEventId()
          : parseArgument(eventIdSchema, event.id, `${path}.id`),
      type: definition.type,
      revision: definition.revision,
    },
    aggregate,
    payload: registry.check(event.type, event.payload),
    path,
  };
}

/** Turns payloads into the text that is stored, personal fields encrypted. */
async function encode(
  checked: readonly CheckedEvent[],
  personal: PersonalData,
): Promise<PreparedEvent[]> {
  const protectedPayloads = await personal.protect(
    checked.map(({ event, aggregate, payload }) => ({
      id: event.id,
      type: event.type,
      aggregate,
      payload,
    })),
  );
  return checked.map(({ event, path }, index) => {
    let payload: string | undefined;
    try {
      payload = JSON.stringify(protectedPayloads[index]);
    } catch (error) {
      throw new PayloadInvalidError(event.type, [
        { path: '', message: `is not JSON: ${(error as Error).message}` },
      ]);
    }
    if (payload === undefined || !payload.startsWith('{')) {
      throw new BadArgumentError(`${path}.payload`, 'must be a JSON object');
    }
    return { ...event, payload };
  });
}

function checkSizes(
  events: readonly PreparedEvent[],
  checked: readonly CheckedEvent[],
): number {
  let bytes = 0;
  events.forEach((event, index) => {
    const size = Buffer.byteLength(event.payload);
    if (size > limits.payloadBytes) {
      throw new TooLargeError(`${checked[index]!.path}.payload`, {
        limit: limits.payloadBytes,
        actual: size,
        unit: 'bytes',
      });
    }
    bytes += size;
  });
  if (bytes > limits.appendBytes) {
    throw new TooLargeError('aggregates', {
      limit: limits.appendBytes,
      actual: bytes,
      unit: 'bytes of payload',
    });
  }
  return bytes;
}

async function prepareClaim(
  value: unknown,
  options: {
    index: number;
    owner: AggregateId;
    instance: string;
    personal: PersonalData;
  },
): Promise<PreparedClaim> {
  const path = `claims.${options.index}`;
  const change = record(value, path) as unknown as ClaimChange;
  if (!['claim', 'release', 'move'].includes(change.op)) {
    throw new BadArgumentError(
      `${path}.op`,
      'must be claim, release or move; make it with defineClaim',
    );
  }
  parseArgument(lineSchema.max(128), change.kind, `${path}.kind`);
  parseArgument(lineSchema.max(512), change.value, `${path}.value`);
  if (change.op === 'move') {
    parseArgument(aggregateIdSchema, change.from, `${path}.from`);
  }
  const instance = change.scope === 'global' ? '*' : options.instance;
  return {
    change,
    instance,
    value: change.personal
      ? await options.personal.digest(instance, change.kind, change.value)
      : change.value,
    owner:
      change.owner === undefined
        ? options.owner
        : parseArgument(aggregateIdSchema, change.owner, `${path}.owner`),
  };
}

function keysOf(
  parts: readonly { aggregate: AggregateId; expected: number }[],
  events: readonly PreparedEvent[],
  claims: readonly PreparedClaim[],
  idsFromCaller: boolean,
): Pick<PreparedAppend, 'exclusiveKeys' | 'sharedKeys'> {
  const exclusiveKeys: string[] = [];
  const sharedKeys: string[] = [];
  for (const part of parts) {
    (part.expected === -1 ? sharedKeys : exclusiveKeys).push(part.aggregate);
  }
  if (sharedKeys.length > 0 && idsFromCaller) {
    exclusiveKeys.push(...events.map(event => event.id));
  }
  const changed = new Set<string>();
  claims.forEach((claim, index) => {
    const key = JSON.stringify([
      claim.instance,
      claim.change.kind,
      claim.value,
    ]);
    if (changed.has(key)) {
      throw new BadArgumentError(
        `claims.${index}.value`,
        'is changed twice in one append',
      );
    }
    changed.add(key);
  });
  exclusiveKeys.push(...changed);
  return { exclusiveKeys, sharedKeys };
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadArgumentError(field, 'must be an object');
  }
  return value as Record<string, unknown>;
}

function list(
  value: unknown,
  field: string,
  limit: number,
): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new BadArgumentError(field, 'must be a list');
  }
  if (value.length > limit) {
    throw new TooLargeError(field, {
      limit,
      actual: value.length,
      unit: 'elements',
    });
  }
  return value;
}
