/**
 * The conditions under which somebody may see events. A policy gives them with
 * `eventstore.event.read`.
 */
import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import {
  RESOURCE_TYPE_EVENT,
  actorKey,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';

/** Whether an event fulfils a condition. */
export type EventPredicate = (event: EventEnvelope) => boolean;

export const eventResourceRef = createPermissionResourceRef<
  EventEnvelope,
  EventPredicate
>().with({ pluginId: 'eventstore', resourceType: RESOURCE_TYPE_EVENT });

const isActor = createPermissionRule({
  name: 'IS_ACTOR',
  description: 'Allow events that one of these did, or had done for them',
  resourceRef: eventResourceRef,
  paramsSchema: z.object({
    actors: z
      .array(z.string())
      .describe('Like user:user:default/ann, or the id alone'),
  }),
  apply: (event, { actors }) => didIt(event, actors),
  toQuery:
    ({ actors }) =>
    event =>
      didIt(event, actors),
});

const inInstance = createPermissionRule({
  name: 'IN_INSTANCE',
  description: 'Allow events of these instances',
  resourceRef: eventResourceRef,
  paramsSchema: z.object({ instances: z.array(z.string()) }),
  apply: (event, { instances }) => instances.includes(event.instance),
  toQuery:
    ({ instances }) =>
    event =>
      instances.includes(event.instance),
});

const hasAggregateType = createPermissionRule({
  name: 'HAS_AGGREGATE_TYPE',
  description: 'Allow events of these kinds of thing, like iam.user',
  resourceRef: eventResourceRef,
  paramsSchema: z.object({ aggregateTypes: z.array(z.string()) }),
  apply: (event, { aggregateTypes }) =>
    aggregateTypes.includes(event.aggregateType),
  toQuery:
    ({ aggregateTypes }) =>
    event =>
      aggregateTypes.includes(event.aggregateType),
});

const isAboutAggregate = createPermissionRule({
  name: 'IS_ABOUT_AGGREGATE',
  description: 'Allow events of these things, like iam.user/<uuid>',
  resourceRef: eventResourceRef,
  paramsSchema: z.object({ aggregateIds: z.array(z.string()) }),
  apply: (event, { aggregateIds }) => aggregateIds.includes(event.aggregateId),
  toQuery:
    ({ aggregateIds }) =>
    event =>
      aggregateIds.includes(event.aggregateId),
});

export const eventRules = [
  isActor,
  inInstance,
  hasAggregateType,
  isAboutAggregate,
];

function didIt({ actor }: EventEnvelope, actors: readonly string[]): boolean {
  const names = [actorKey(actor), actor.id];
  if ('onBehalfOf' in actor && actor.onBehalfOf !== undefined) {
    names.push(actor.onBehalfOf, `user:${actor.onBehalfOf}`);
  }
  return names.some(name => actors.includes(name));
}
