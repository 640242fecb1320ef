import assert from 'node:assert/strict';
import {
  EventRegistry,
  EventStoreError,
  newAggregateId,
  newEventId,
  type Actor,
  type AggregateDefinition,
  type ClaimChange,
  type DecideContext,
  type EventEnvelope,
  type InstanceId,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';

/**
 * What came of a command; each method asserts and throws when it is not so.
 *
 * @public
 */
export interface Outcome {
  /** These events, in this order, with these payloads. */
  then(...events: NewEvent[]): Outcome;
  /** Nothing was to be done. */
  thenNothing(): void;
  /** Exactly these changes of unique values. */
  thenClaims(...claims: ClaimChange[]): Outcome;
  /** Refused, with this code and, when given, at this field. */
  thenRejected(code: string, field?: string): void;
}

/**
 * An aggregate with a past.
 *
 * @public
 */
export interface Given<TState, TCommand> {
  when(command: TCommand, context?: Partial<DecideContext>): Outcome;
  /** The state its past has led to. */
  thenState(state: TState): void;
}

/**
 * Tests an aggregate without a database: given these events, when this command
 * comes, then these events follow. Payloads are checked against their schemas,
 * so a test cannot speak of events that could not be stored.
 *
 * @example
 * ```ts
 * specify(door)
 *   .given(doorOpened.of({ hand: 'left' }))
 *   .when({ kind: 'Shut' })
 *   .then(doorShut.of({}));
 * ```
 *
 * @public
 */
export function specify<TState, TCommand>(
  aggregate: AggregateDefinition<TState, TCommand>,
): { given(...events: NewEvent[]): Given<TState, TCommand> } {
  const registry = new EventRegistry(aggregate.events);
  const stored = (event: NewEvent) => ({
    type: event.type,
    // What the log would hand out: as stored, through JSON.
    payload: JSON.parse(
      JSON.stringify(registry.check(event.type, event.payload)),
    ) as unknown,
  });

  return {
    given(...events) {
      const context: DecideContext = {
        aggregateId: newAggregateId(aggregate.type),
        instance: 'default' as InstanceId,
        actor: { kind: 'user', id: 'specification' } satisfies Actor,
        commandId: newEventId(),
        now: new Date(),
      };
      const state = events.reduce(
        (current, event, index) =>
          aggregate.evolve(
            current,
            envelope(stored(event), index, context, registry),
          ),
        aggregate.initial(),
      );
      return {
        thenState(expected) {
          assert.deepEqual(state, expected);
        },
        when(command, overrides) {
          return outcomeOf(
            () =>
              aggregate.decide(state, command, { ...context, ...overrides }),
            stored,
          );
        },
      };
    },
  };
}

function outcomeOf(
  decide: () => ReturnType<AggregateDefinition['decide']>,
  stored: (event: NewEvent) => unknown,
): Outcome {
  let error: unknown;
  let events: readonly NewEvent[] = [];
  let claims: readonly ClaimChange[] = [];
  try {
    const decision = decide();
    if ('events' in decision) {
      events = decision.events;
      claims = decision.claims ?? [];
    } else {
      events = decision;
    }
  } catch (caught) {
    error = caught;
  }
  const accepted = () => {
    if (error !== undefined) {
      throw error;
    }
  };
  const outcome: Outcome = {
    then(...expected) {
      accepted();
      assert.deepEqual(events.map(stored), expected.map(stored));
      return outcome;
    },
    thenNothing() {
      accepted();
      assert.deepEqual(events, []);
      assert.deepEqual(claims, []);
    },
    thenClaims(...expected) {
      accepted();
      assert.deepEqual(claims, expected);
      return outcome;
    },
    thenRejected(code, field) {
      assert.ok(
        error instanceof EventStoreError,
        `Expected a rejection with ${code}, got ${error ?? 'events'}`,
      );
      assert.equal(error.code, code);
      if (field !== undefined) {
        assert.equal(error.field, field);
      }
    },
  };
  return outcome;
}

function envelope(
  event: { type: string; payload: unknown },
  index: number,
  context: DecideContext,
  registry: EventRegistry,
): EventEnvelope {
  return {
    ...event,
    revision: registry.get(event.type).revision,
    position: (index + 1) as Position,
    version: (index + 1) as Version,
    id: newEventId(),
    instance: context.instance,
    aggregateType: context.aggregateId.split('/')[0] as never,
    aggregateId: context.aggregateId,
    actor: context.actor,
    context: { plugin: 'specification' },
    recordedAt: context.now.toISOString(),
  };
}
