/** A command that finds its aggregates while it is decided. */
import {
  aggregateId,
  aggregateTypeOf,
  BadArgumentError,
  NO_VERSION,
  START,
  WrongInstanceError,
  type AggregateDefinition,
  type AggregateId,
  type ClaimChange,
  type InstanceId,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { Decided } from './Decided';
import type { StateCache } from './StateCache';

/**
 * An aggregate that a unit of work asks for.
 *
 * @public
 */
export interface NeededAggregate {
  readonly definition: AggregateDefinition;
  readonly id: AggregateId;
}

/**
 * An aggregate as it is in the log. One of another instance is given as one
 * without events: for the caller there is no such thing.
 *
 * @public
 */
export interface LoadedAggregate {
  readonly state: unknown;
  readonly version: Version;
}

/**
 * What a unit of work decided.
 *
 * @public
 */
export interface DecidedUnit<TResult> {
  /** All that was asked for; those without events are guards. */
  readonly aggregates: readonly {
    readonly id: AggregateId;
    readonly expected: Version;
    readonly events: readonly NewEvent[];
  }[];
  readonly claims?: readonly ClaimChange[];
  readonly result: TResult;
}

/**
 * A pure decision over aggregates it finds on the way: it yields each one it
 * needs, and is given it.
 *
 * @public
 */
export type UnitOfWork<TResult> = Generator<
  NeededAggregate,
  DecidedUnit<TResult>,
  LoadedAggregate
>;

/**
 * Runs a unit of work on the log as it is. Stores nothing.
 *
 * @throws what the unit of work throws
 * @throws WrongInstanceError when it decides on an aggregate of another instance
 */
export async function decideUnit<TResult>(
  unit: UnitOfWork<TResult>,
  states: StateCache,
  instance: InstanceId,
): Promise<Decided & { readonly result: TResult }> {
  const foreign = new Set<AggregateId>();
  let position: Position = START;
  let step = unit.next();
  while (!step.done) {
    const needed = checkNeeded(step.value);
    let loaded: LoadedAggregate;
    try {
      const found = await states.load(needed.definition, needed.id, instance);
      position = Math.max(position, found.position) as Position;
      loaded = found;
    } catch (error) {
      if (!(error instanceof WrongInstanceError)) {
        throw error;
      }
      foreign.add(needed.id);
      loaded = { state: needed.definition.initial(), version: NO_VERSION };
    }
    step = unit.next(loaded);
  }
  const { aggregates, claims, result } = step.value;
  const stray = aggregates.find(
    ({ id, events }) => foreign.has(id) && events.length > 0,
  );
  if (stray) {
    throw new WrongInstanceError(stray.id);
  }
  return {
    // An aggregate never changes its instance, so there is nothing to guard.
    aggregates: aggregates.filter(({ id }) => !foreign.has(id)),
    claims,
    position,
    result,
  };
}

function checkNeeded({ definition, id }: NeededAggregate): NeededAggregate {
  const checked = aggregateId(id, 'id');
  if (aggregateTypeOf(checked) !== definition.type) {
    throw new BadArgumentError('id', `${checked} is not a ${definition.type}`);
  }
  return { definition, id: checked };
}
