import type { Actor } from './actor';
import type { ClaimChange } from './claims';
import type { EventDefinition, EventOf, NewEvent } from './defineEvent';
import type { EventEnvelope } from './envelope';
import { BadArgumentError } from './errors';
import {
  aggregateType,
  aggregateTypeOfEvent,
  eventType,
  type AggregateId,
  type InstanceId,
} from './identifiers';

/**
 * What a decider knows beside the state and the command. The same for every
 * attempt at one command.
 *
 * @public
 */
export interface DecideContext {
  readonly aggregateId: AggregateId;
  readonly instance: InstanceId;
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Date;
}

/**
 * What a decider answers: the events, and unique values that change hands with
 * them. No events means that there is nothing to do.
 *
 * @public
 */
export type Decision<TEvent extends NewEvent = NewEvent> =
  | readonly TEvent[]
  | {
      readonly events: readonly TEvent[];
      readonly claims?: readonly ClaimChange[];
    };

/**
 * The new events of a union of definitions.
 *
 * @public
 */
export type NewEventOf<TDefinition> =
  TDefinition extends EventDefinition<infer TType, any, infer TInput, any> // any: not looked at
    ? NewEvent<TType, TInput>
    : never;

/**
 * One handler per event type; a forgotten one does not compile.
 *
 * @public
 */
export type Evolve<TState, TDefinition extends EventDefinition> = {
  readonly [TType in TDefinition['type']]: (
    state: TState,
    event: EventOf<Extract<TDefinition, { readonly type: TType }>>,
  ) => TState;
};

/**
 * One kind of aggregate: its events, its state, and how it decides. Pure.
 *
 * @public
 */
export interface AggregateDefinition<
  TState = any, // any: definitions of all aggregates fit into one list
  TCommand = any,
  TDefinition extends EventDefinition = any,
> {
  readonly type: string;
  readonly events: readonly TDefinition[];
  /** The state before the first event. */
  initial(): TState;
  /** The state after one more event. Returns a new state. */
  evolve(state: TState, event: EventEnvelope): TState;
  /** @throws {@link CommandRejectedError} when the command may not happen */
  decide(
    state: TState,
    command: TCommand,
    context: DecideContext,
  ): Decision<NewEventOf<TDefinition>>;
}

/**
 * Describes one kind of aggregate.
 *
 * @example
 * ```ts
 * export const door = defineAggregate({
 *   type: 'house.door',
 *   events: [doorOpened, doorShut],
 *   initial: () => ({ open: false }),
 *   evolve: {
 *     'house.door.opened': state => ({ ...state, open: true }),
 *     'house.door.shut': state => ({ ...state, open: false }),
 *   },
 *   decide: (state, command: { kind: 'Open' } | { kind: 'Shut' }) => {
 *     const open = command.kind === 'Open';
 *     if (open === state.open) return [];
 *     return [open ? doorOpened.of({}) : doorShut.of({})];
 *   },
 * });
 * ```
 *
 * @throws {@link BadArgumentError} when an event belongs to another aggregate
 * type, is listed twice or has no handler
 * @public
 */
export function defineAggregate<
  TState,
  TCommand,
  const TDefinitions extends readonly EventDefinition[],
>(options: {
  /** `<context>.<aggregate>`; every event type starts with it. */
  type: string;
  events: TDefinitions;
  initial: () => TState;
  evolve: Evolve<NoInfer<TState>, TDefinitions[number]>;
  decide: (
    state: NoInfer<TState>,
    command: TCommand,
    context: DecideContext,
  ) => Decision<NewEventOf<TDefinitions[number]>>;
}): AggregateDefinition<TState, TCommand, TDefinitions[number]> {
  const type = aggregateType(options.type, 'type');
  const handlers = new Map<
    string,
    (state: TState, event: EventEnvelope) => TState
  >();
  options.events.forEach((definition, index) => {
    const handler = (options.evolve as Record<string, unknown>)[
      definition.type
    ];
    if (aggregateTypeOfEvent(eventType(definition.type)) !== type) {
      throw new BadArgumentError(
        `events.${index}`,
        `${definition.type} is not an event of ${type}`,
      );
    }
    if (handlers.has(definition.type)) {
      throw new BadArgumentError(
        `events.${index}`,
        `${definition.type} is listed twice`,
      );
    }
    if (typeof handler !== 'function') {
      throw new BadArgumentError(
        'evolve',
        `has no handler for ${definition.type}`,
      );
    }
    handlers.set(
      definition.type,
      handler as (state: TState, event: EventEnvelope) => TState,
    );
  });
  return Object.freeze({
    type,
    events: options.events,
    initial: options.initial,
    evolve(state: TState, event: EventEnvelope) {
      const handler = handlers.get(event.type);
      if (!handler) {
        throw new BadArgumentError(
          'event',
          `${event.type} is not an event of ${type}`,
        );
      }
      return handler(state, event);
    },
    decide: options.decide,
  });
}
