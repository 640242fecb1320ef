import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ConditionTransformer } from '@backstage/plugin-permission-node';
import { ApiError } from '@callboard/api-client';
import type {
  ApiContext,
  ServiceHandlers,
  ServicePolicies,
} from '@callboard/api-node';
import {
  BadArgumentError,
  aggregateId as checkAggregateId,
  aggregateTypeOf,
  eventId,
  eventReadPermission,
  type AggregateDefinition,
  type AggregateId,
  type EventEnvelope,
  type EventRegistry,
  type Position,
} from '@callboard/plugin-eventstore-common';
import {
  ExportEventsRequest_Format as Format,
  type AuditService,
  type GetAggregateStateRequest,
} from '@callboard/plugin-eventstore-common/api';
import {
  hideSecrets,
  StateFold,
  type EventLog,
} from '@callboard/plugin-eventstore-node';
import type { EventPredicate } from '../permissions/eventRules';
import { visibilityOf } from '../permissions/visibility';
import { searchEvents, streamEvents } from '../queries/searchEvents';
import { csv, ndjson } from './eventFiles';
import {
  toChangeMessage,
  toEventMessage,
  toSearch,
  toTimestamp,
} from './messages';

const DEFAULT_PAGE_SIZE = 50;
const DEFAULT_CHANGES = 100;

export interface AuditDeps {
  readonly log: EventLog;
  readonly registry: EventRegistry;
  /** What plugins have declared, by type. */
  readonly aggregates: ReadonlyMap<string, AggregateDefinition>;
  readonly transformConditions: ConditionTransformer<EventPredicate>;
}

const readers = {
  allow: ['user', 'service'],
  permission: eventReadPermission,
  conditional: true,
} as const;

export const auditPolicies: ServicePolicies<typeof AuditService> = {
  searchEvents: readers,
  // Takes the trail out of the portal, so it is itself recorded.
  exportEvents: { ...readers, audit: 'high' },
  getEvent: readers,
  listAggregateChanges: readers,
  getAggregateState: readers,
};

export function createAuditHandlers(
  deps: AuditDeps,
): ServiceHandlers<typeof AuditService> {
  const { log } = deps;
  const visible = (context: ApiContext) =>
    visibilityOf(context.decision, deps.transformConditions);
  const secretOf = (event: EventEnvelope) => secretsOf(deps, event.type);

  return {
    async searchEvents(request, context) {
      const [head, page] = await Promise.all([
        log.head(),
        searchEvents(
          log,
          { ...toSearch(request.filter), visible: visible(context) },
          {
            pageSize: request.pageSize || DEFAULT_PAGE_SIZE,
            pageToken: request.pageToken || undefined,
            through: Number(request.through) || undefined,
          },
        ),
      ]);
      return {
        events: page.events.map(event =>
          toEventMessage(event, secretOf(event)),
        ),
        nextPageToken: page.nextPageToken,
        head: BigInt(head.position),
      };
    },

    async *exportEvents(request, context) {
      const format = request.format === Format.CSV ? csv : ndjson;
      context.setHeader(
        'Content-Disposition',
        `attachment; filename="events.${format.extension}"`,
      );
      const { contentType } = format;
      yield { contentType, data: Buffer.from(format.header) };
      const search = {
        ...toSearch(request.filter),
        visible: visible(context),
      };
      for await (const events of streamEvents(log, search, context.signal)) {
        const lines = events.map(event => format.line(event, secretOf(event)));
        yield { contentType, data: Buffer.from(lines.join('')) };
      }
    },

    async getEvent({ id }, context) {
      const event = await log.readEvent(eventId(id));
      if (!event || !(visible(context)?.(event) ?? true)) {
        throw notFound(`There is no event ${id}`);
      }
      return toEventMessage(event, secretOf(event));
    },

    async listAggregateChanges(request, context) {
      const id = checkAggregateId(request.aggregateId, 'aggregateId');
      const after = openToken(request.pageToken);
      const pageSize = request.pageSize || DEFAULT_CHANGES;
      const isVisible = visible(context);
      const fold = foldOf(deps, id);
      const secret = secretsOfAggregate(deps, id);
      const events = await log.readAggregate(id);
      const steps = events
        .map(event => fold.apply(event))
        .filter(
          ({ event }) => event.version > after && (isVisible?.(event) ?? true),
        );
      if (events.length === 0 || (after === 0 && steps.length === 0)) {
        throw notFound(`Nothing has happened to ${id}`);
      }
      const page = steps.slice(0, pageSize);
      return {
        changes: page.map(step => toChangeMessage(step, secret)),
        nextPageToken:
          steps.length > pageSize ? `${page.at(-1)!.event.version}` : '',
      };
    },

    async getAggregateState(request, context) {
      const id = checkAggregateId(request.aggregateId, 'aggregateId');
      const isVisible = visible(context);
      const events = await readUntil(log, id, request);
      const last = events.at(-1);
      // A state tells what all its events told, so all have to be visible.
      if (!last || (isVisible && !events.every(isVisible))) {
        throw notFound(`${id} was not there then`);
      }
      const fold = foldOf(deps, id);
      events.forEach(event => fold.apply(event));
      return {
        aggregateId: id,
        version: BigInt(last.version),
        position: BigInt(last.position),
        recordedAt: toTimestamp(last.recordedAt),
        state: hideSecrets(fold.state, secretsOfAggregate(deps, id)),
        isDecided: fold.isDecided,
      };
    },
  };
}

async function readUntil(
  log: EventLog,
  id: AggregateId,
  { version, position, time }: GetAggregateStateRequest,
): Promise<EventEnvelope[]> {
  if (version !== undefined) {
    const events = await log.readAggregate(id, {
      limit: Math.max(1, Number(version)),
    });
    return events.filter(event => event.version <= version);
  }
  if (position !== undefined) {
    return log.readAggregate(id, { through: Number(position) as Position });
  }
  if (time) {
    const through = await log.positionAt(timestampDate(time));
    return log.readAggregate(id, { through });
  }
  return log.readAggregate(id);
}

function foldOf({ aggregates }: AuditDeps, id: AggregateId): StateFold {
  return new StateFold(aggregates.get(aggregateTypeOf(id)));
}

const NO_SECRETS: ReadonlySet<string> = new Set();

function secretsOf({ registry }: AuditDeps, type: string): ReadonlySet<string> {
  if (!registry.has(type)) {
    return NO_SECRETS;
  }
  const { secret } = registry.get(type);
  return secret.length > 0 ? new Set(secret) : NO_SECRETS;
}

function secretsOfAggregate(
  { registry }: AuditDeps,
  id: AggregateId,
): ReadonlySet<string> {
  return new Set(
    registry
      .typesOf(aggregateTypeOf(id))
      .flatMap(type => registry.get(type).secret),
  );
}

function openToken(token: string): number {
  const version = token === '' ? 0 : Number(token);
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new BadArgumentError('pageToken', 'is not one of this list');
  }
  return version;
}

function notFound(message: string): ApiError {
  return new ApiError(message, { code: 'NOT_FOUND', status: 'NOT_FOUND' });
}
