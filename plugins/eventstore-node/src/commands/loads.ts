/** The aggregates of a command that names them all before it is decided. */
import {
  aggregateId,
  aggregateTypeOf,
  BadArgumentError,
  type AggregateDefinition,
  type AggregateId,
  type ClaimChange,
  type NewEvent,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Decided } from './Decided';
import type { LoadedState } from './StateCache';

/**
 * Aggregates to be loaded, by a name the decision calls them by.
 *
 * @public
 */
export type Loads = Readonly<
  Record<string, { aggregate: AggregateDefinition; id: AggregateId }>
>;

/**
 * The state of an aggregate.
 *
 * @public
 */
export type StateOf<T> =
  T extends AggregateDefinition<infer TState> ? TState : never;

/** What was loaded, by the same names. */
export type Loaded = Record<string, LoadedState<unknown>>;

/**
 * A decision over several aggregates: the events of each by its name. An
 * aggregate without events is a guard: the command only takes effect if it is
 * still as it was when the decision was made.
 *
 * @public
 */
export interface DecisionAcross<TName extends string> {
  readonly events: Partial<Record<TName, readonly NewEvent[]>>;
  readonly claims?: readonly ClaimChange[];
}

/**
 * The ids of what is to be loaded.
 *
 * @throws BadArgumentError
 */
export function checkLoads(loads: Loads): AggregateId[] {
  const entries = Object.entries(loads);
  if (entries.length === 0) {
    throw new BadArgumentError('load', 'must name at least one aggregate');
  }
  const ids = entries.map(([name, { aggregate, id }]) => {
    const checked = aggregateId(id, `load.${name}.id`);
    if (aggregateTypeOf(checked) !== aggregate.type) {
      throw new BadArgumentError(
        `load.${name}.id`,
        `${checked} is not a ${aggregate.type}`,
      );
    }
    return checked;
  });
  if (new Set(ids).size !== ids.length) {
    throw new BadArgumentError('load', 'names an aggregate twice');
  }
  return ids;
}

/** @throws BadArgumentError when it decides on what was not loaded */
export function toDecided(
  decision: DecisionAcross<string>,
  loads: Loads,
  loaded: Loaded,
): Decided {
  const unknown = Object.keys(decision.events).find(name => !loads[name]);
  if (unknown !== undefined) {
    throw new BadArgumentError('decide', `'${unknown}' was not loaded`);
  }
  return {
    aggregates: Object.entries(loads).map(([name, { id }]) => ({
      id,
      expected: loaded[name]!.version,
      events: decision.events[name] ?? [],
    })),
    claims: decision.claims,
    position: Math.max(
      ...Object.values(loaded).map(({ position }) => position),
    ) as Position,
  };
}
