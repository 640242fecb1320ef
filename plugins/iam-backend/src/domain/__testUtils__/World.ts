/**
 * The log as far as deciding goes: versions, guards and claims, in memory. It
 * refuses what the log refuses (its own tests say so), so that conflicts
 * between units of work can be tried in every order.
 */
import {
  aggregateTypeOf,
  ClaimNotHeldError,
  ClaimTakenError,
  EventRegistry,
  newEventId,
  WrongInstanceError,
  WrongVersionError,
  type AggregateDefinition,
  type AggregateId,
  type ClaimChange,
  type EventEnvelope,
  type EventStoreError,
  type InstanceId,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import {
  change,
  decideWork,
  type DecidedWork,
  type UnitOfWork,
} from '../unitOfWork';
import { aggregates } from './aggregates';

export const NOW = new Date('2026-11-20T10:00:00.000Z');

export class World {
  readonly registry = new EventRegistry(
    aggregates.flatMap(aggregate => aggregate.events),
  );
  readonly log: EventEnvelope[] = [];
  readonly claims = new Map<string, AggregateId>();
  instance = 'default' as InstanceId;
  now = NOW;
  readonly #streams = new Map<AggregateId, EventEnvelope[]>();
  readonly #states = new Map<AggregateId, unknown>();

  /** Decides a unit of work on the log as it is. Stores nothing. */
  decide<TResult>(work: UnitOfWork<TResult>): DecidedWork<TResult> {
    const deciding = decideWork(work, {
      instance: this.instance,
      actor: { kind: 'user', id: 'tester' },
      commandId: newEventId(),
      now: this.now,
    });
    let step = deciding.next();
    while (!step.done) {
      const { definition, id } = step.value;
      step = deciding.next({
        state: this.state(definition, id),
        version: (this.#streams.get(id)?.length ?? 0) as Version,
      });
    }
    return step.value;
  }

  /** Stores what was decided, or nothing and throws as the log does. */
  append(decided: DecidedWork): NewEvent[] {
    const events = decided.aggregates.flatMap(aggregate => aggregate.events);
    if (events.length === 0) {
      if (decided.claims.length > 0) {
        throw new Error('Claims change only together with an event');
      }
      return [];
    }
    for (const { id, expected } of decided.aggregates) {
      const stream = this.#streams.get(id) ?? [];
      if (stream[0] && stream[0].instance !== this.instance) {
        throw new WrongInstanceError(id);
      }
      if (stream.length !== expected) {
        throw new WrongVersionError(id, expected, stream.length);
      }
    }
    const claims = this.#claimsAfter(decided.claims);
    for (const { id, events: own } of decided.aggregates) {
      own.forEach(event => this.#store(id, event));
    }
    this.claims.clear();
    claims.forEach((owner, key) => this.claims.set(key, owner));
    return [...events];
  }

  /** Decides and stores. */
  run(work: UnitOfWork<unknown>): NewEvent[] {
    return this.append(this.decide(work));
  }

  /** A command of one aggregate. */
  give<TState, TCommand>(
    definition: AggregateDefinition<TState, TCommand>,
    id: AggregateId,
    command: NoInfer<TCommand>,
  ): NewEvent[] {
    return this.run(change(definition, id, command));
  }

  /** The code of the refusal, or 'done'. Other errors are thrown. */
  outcome(work: () => unknown): string {
    try {
      work();
      return 'done';
    } catch (error) {
      if (typeof (error as EventStoreError).code !== 'string') {
        throw error;
      }
      return (error as EventStoreError).code;
    }
  }

  state<TState>(
    definition: AggregateDefinition<TState>,
    id: AggregateId,
  ): TState {
    const stream = this.#streams.get(id);
    if (!stream || stream[0]?.instance !== this.instance) {
      return definition.initial();
    }
    return this.#states.get(id) as TState;
  }

  /** Ids of a type that have events, oldest first. */
  idsOf(type: string): AggregateId[] {
    return [...this.#streams.keys()].filter(id => aggregateTypeOf(id) === type);
  }

  #store(id: AggregateId, event: NewEvent): void {
    const definition = aggregates.find(
      ({ type }) => type === aggregateTypeOf(id),
    )!;
    const stream = this.#streams.get(id) ?? [];
    const envelope: EventEnvelope = {
      position: (this.log.length + 1) as Position,
      id: newEventId(),
      instance: this.instance,
      aggregateType: aggregateTypeOf(id),
      aggregateId: id,
      version: (stream.length + 1) as Version,
      type: event.type,
      revision: this.registry.get(event.type).revision,
      payload: JSON.parse(
        JSON.stringify(this.registry.check(event.type, event.payload)),
      ) as unknown,
      actor: { kind: 'user', id: 'tester' },
      context: { plugin: 'iam' },
      recordedAt: this.now.toISOString(),
    };
    stream.push(envelope);
    this.log.push(envelope);
    this.#streams.set(id, stream);
    const before = this.#states.has(id)
      ? this.#states.get(id)
      : definition.initial();
    this.#states.set(id, definition.evolve(before, envelope));
  }

  #claimsAfter(changes: readonly ClaimChange[]): Map<string, AggregateId> {
    const claims = new Map(this.claims);
    const changed = new Set<string>();
    for (const each of changes) {
      const { kind, value, op } = each;
      const scope = each.scope === 'global' ? '' : this.instance;
      const key = `${scope} ${kind} ${value}`;
      const holder = claims.get(key);
      if (changed.has(key)) {
        throw new Error(`${key} is changed twice in one append`);
      }
      changed.add(key);
      const holding = op === 'move' ? each.from : each.owner;
      if (op === 'claim' && holder !== undefined && holder !== each.owner) {
        throw new ClaimTakenError({ kind, value, owner: holder });
      }
      if (op !== 'claim' && holder !== holding) {
        throw new ClaimNotHeldError({ kind, value, owner: holder });
      }
      if (op === 'release') {
        claims.delete(key);
      } else {
        claims.set(key, each.owner!);
      }
    }
    return claims;
  }
}
