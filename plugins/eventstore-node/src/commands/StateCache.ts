import {
  NO_VERSION,
  START,
  WrongInstanceError,
  type AggregateDefinition,
  type AggregateId,
  type InstanceId,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import { LRUCache } from 'lru-cache';
import type { EventLog } from '../log/EventLog';

/**
 * An aggregate folded up to a version.
 *
 * @public
 */
export interface LoadedState<TState> {
  readonly state: TState;
  readonly version: Version;
  /** Of the last event folded in; 0 when there was none. */
  readonly position: Position;
}

interface CachedState extends LoadedState<unknown> {
  readonly definition: AggregateDefinition;
  readonly instance: InstanceId;
}

/**
 * Folds aggregates, and keeps what it has folded. What is kept only saves
 * reading the old events again: the newer ones are read at every load, so a
 * state is never older than the load.
 */
export class StateCache {
  readonly #log: EventLog;
  readonly #states: LRUCache<string, CachedState>;

  constructor(options: { log: EventLog; maxStates: number; ttlMs: number }) {
    this.#log = options.log;
    this.#states = new LRUCache({ max: options.maxStates, ttl: options.ttlMs });
  }

  /**
   * @throws WrongInstanceError when the aggregate belongs to another instance
   */
  async load<TState>(
    definition: AggregateDefinition<TState>,
    id: AggregateId,
    instance: InstanceId,
  ): Promise<LoadedState<TState>> {
    const cached = this.#states.get(id);
    const usable = cached?.definition === definition ? cached : undefined;
    const events = await this.#log.readAggregate(id, {
      after: usable?.version ?? NO_VERSION,
      personalContext: false,
    });
    const owner = usable?.instance ?? events[0]?.instance ?? instance;
    if (owner !== instance) {
      throw new WrongInstanceError(id);
    }
    const last = events.at(-1);
    const loaded: LoadedState<TState> = {
      state: events.reduce(
        (state, event) => definition.evolve(state, event),
        usable ? (usable.state as TState) : definition.initial(),
      ),
      version: last?.version ?? usable?.version ?? NO_VERSION,
      position: last?.position ?? usable?.position ?? START,
    };
    if (last) {
      this.#states.set(id, { ...loaded, definition, instance });
    }
    return loaded;
  }

  /** Forgets everything; after a person was erased. */
  clear(): void {
    this.#states.clear();
  }
}
