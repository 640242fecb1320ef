/** The domain's values as messages of the API. */
import { fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ValueSchema,
  timestampDate,
  timestampFromDate,
  type Timestamp,
} from '@bufbuild/protobuf/wkt';
import {
  BadArgumentError,
  actor as checkActor,
  aggregateId,
  instanceId,
  type Actor,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import {
  Actor_Kind as ActorKind,
  type AggregateChangeSchema,
  type EventFilter as EventFilterMessage,
  type EventSchema,
} from '@callboard/plugin-eventstore-common/api';
import {
  diffStates,
  hideSecrets,
  toJsonObject,
  type Step,
} from '@callboard/plugin-eventstore-node';
import type { EventSearch } from '../queries/searchEvents';

const KINDS: Record<Actor['kind'], ActorKind> = {
  user: ActorKind.USER,
  machine: ActorKind.MACHINE,
  spooler: ActorKind.SPOOLER,
  system: ActorKind.SYSTEM,
  outside: ActorKind.OUTSIDE,
};

/** @param secret - names of fields that are not shown */
export function toEventMessage(
  event: EventEnvelope,
  secret: ReadonlySet<string>,
): MessageInitShape<typeof EventSchema> {
  const { actor, context } = event;
  return {
    position: BigInt(event.position),
    id: event.id,
    instance: event.instance,
    type: event.type,
    revision: event.revision,
    aggregateId: event.aggregateId,
    aggregateType: event.aggregateType,
    version: BigInt(event.version),
    payload: hideSecrets(toJsonObject(event.payload), secret),
    actor: {
      kind: KINDS[actor.kind],
      id: actor.id,
      provider: 'provider' in actor ? actor.provider : '',
      onBehalfOf: 'onBehalfOf' in actor ? actor.onBehalfOf : undefined,
    },
    context: {
      plugin: context.plugin,
      ip: context.ip,
      userAgent: context.userAgent,
      correlationId: context.correlationId,
      causationId: context.causationId,
      traceId: context.traceId,
      commandId: context.commandId,
    },
    recordedAt: toTimestamp(event.recordedAt),
  };
}

export function toChangeMessage(
  { event, before, after }: Step,
  secret: ReadonlySet<string>,
): MessageInitShape<typeof AggregateChangeSchema> {
  const differences = diffStates(
    hideSecrets(before, secret),
    hideSecrets(after, secret),
  );
  return {
    event: toEventMessage(event, secret),
    fields: differences.map(({ path, before: old, after: now }) => ({
      path,
      before: old === undefined ? undefined : fromJson(ValueSchema, old),
      after: now === undefined ? undefined : fromJson(ValueSchema, now),
    })),
  };
}

/** @throws BadArgumentError naming the field at fault */
export function toSearch(
  filter: EventFilterMessage | undefined,
): Omit<EventSearch, 'visible'> {
  if (!filter) {
    return { filter: {} };
  }
  return {
    filter: {
      ...(filter.instance
        ? { instance: instanceId(filter.instance, 'filter.instance') }
        : {}),
      ...(filter.types.length > 0 ? { types: filter.types } : {}),
      ...(filter.aggregateTypes.length > 0
        ? { aggregateTypes: filter.aggregateTypes }
        : {}),
      ...(filter.aggregateId
        ? {
            aggregateId: aggregateId(filter.aggregateId, 'filter.aggregateId'),
          }
        : {}),
      ...(filter.actor ? { actor: parseActor(filter.actor) } : {}),
      ...(filter.correlationId ? { correlationId: filter.correlationId } : {}),
      ...(filter.since ? { since: timestampDate(filter.since) } : {}),
      ...(filter.before ? { before: timestampDate(filter.before) } : {}),
    },
    ...(filter.plugin ? { plugin: filter.plugin } : {}),
    ...(filter.ip ? { ip: filter.ip } : {}),
  };
}

/** `user:<id>`, `outside:<provider>:<id>`. */
function parseActor(text: string): Actor {
  const [kind = '', ...rest] = text.split(':');
  if (!Object.hasOwn(KINDS, kind)) {
    throw new BadArgumentError(
      'filter.actor',
      `must begin with ${Object.keys(KINDS).join(':, ')}:`,
    );
  }
  return checkActor(
    kind === 'outside'
      ? { kind, provider: rest[0], id: rest.slice(1).join(':') }
      : { kind, id: rest.join(':') },
    'filter.actor',
  );
}

export function toTimestamp(iso: string): Timestamp;
export function toTimestamp(iso: string | undefined): Timestamp | undefined;
export function toTimestamp(iso: string | undefined): Timestamp | undefined {
  return iso === undefined ? undefined : timestampFromDate(new Date(iso));
}
