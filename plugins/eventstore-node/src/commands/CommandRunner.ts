import {
  actorKey,
  aggregateId,
  version,
  type AggregateDefinition,
  type AggregateId,
  type DecideContext,
  type InstanceId,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { EventLog } from '../log/EventLog';
import { deriveAggregateId } from '../identity/deriveUuid';
import { canonicalJson } from './canonicalJson';
import type { CommandAnswer } from './CommandAnswer';
import { contextOf, scopeOf, type CommandEnvelope } from './CommandEnvelope';
import type { CommandScope } from './deriveEventId';
import { KeyedQueue } from './KeyedQueue';
import {
  checkLoads,
  toDecided,
  type DecisionAcross,
  type Loaded,
  type Loads,
  type StateOf,
} from './loads';
import { runAttempts, StaleCommandError, type Attempts } from './runAttempts';
import { StateCache, type LoadedState } from './StateCache';
import { decideUnit, type UnitOfWork } from './UnitOfWork';

/** @public */
export interface CommandRunnerOptions {
  log: EventLog;
  /** Of a command's text; kept beside its id to know it again. */
  digest: (text: string) => Promise<string>;
  /** Whose commands these are, unless their context says so. */
  plugin?: string;
  /** Folded aggregates kept in memory; 10,000 when left out. */
  maxStates?: number;
  /** How often a command is decided before it gives up; 25 when left out. */
  maxAttempts?: number;
}

const DEFAULT_MAX_STATES = 10_000;
const STATE_TTL_MS = 5 * 60_000;
const DEFAULT_MAX_ATTEMPTS = 25;

/**
 * Runs commands: load, decide, append; when another writer was faster, load
 * and decide again.
 *
 * @public
 */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  #states: StateCache;
  #queue = new KeyedQueue();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
    this.#states = new StateCache({
      log: options.log,
      maxStates: options.maxStates ?? DEFAULT_MAX_STATES,
      ttlMs: STATE_TTL_MS,
    });
  }

  /** The same runner, for a plugin: its id is in the context of every event. */
  forPlugin(plugin: string): CommandRunner {
    const runner = new CommandRunner({ ...this.#options, plugin });
    // One cache and one order for all plugins of the process.
    runner.#states = this.#states;
    runner.#queue = this.#queue;
    return runner;
  }

  /**
   * Gives a command to one aggregate.
   *
   * @param request - `id`: which one; left out, a new one is made, whose id
   * follows from the command id, so that a retry makes the same; `expectedVersion`: refuse when the aggregate has another
   * version (an `If-Match`)
   * @throws CommandRejectedError, or what else the aggregate's `decide` throws
   * @throws WrongVersionError when `expectedVersion` is not the aggregate's
   * @throws ContentionError when other writers were faster every time
   * @throws CommandIdReusedError when the id belongs to another command
   * @throws what {@link EventLog.append} throws
   */
  async execute<TState, TCommand>(
    request: CommandEnvelope & {
      aggregate: AggregateDefinition<TState, TCommand>;
      id?: AggregateId;
      command: TCommand;
      expectedVersion?: Version;
    },
  ): Promise<CommandAnswer> {
    const { aggregate, command, expectedVersion } = request;
    const scope = scopeOf(request);
    const id =
      request.id === undefined
        ? deriveAggregateId(
            aggregate.type,
            scope.instance,
            actorKey(scope.actor),
            scope.commandId,
          )
        : aggregateId(request.id, 'id');
    if (expectedVersion !== undefined) {
      version(expectedVersion, 'expectedVersion');
    }
    return this.#runLoaded({
      envelope: request,
      scope,
      command: { id, command },
      loads: { target: { aggregate, id } },
      decide: ({ target }, shared) => {
        if (
          expectedVersion !== undefined &&
          target!.version !== expectedVersion
        ) {
          throw new StaleCommandError(id, expectedVersion, target!.version);
        }
        const context: DecideContext = { ...shared, aggregateId: id };
        const decision = aggregate.decide(
          target!.state as TState,
          command,
          context,
        );
        return 'events' in decision
          ? { events: { target: decision.events }, claims: decision.claims }
          : { events: { target: decision } };
      },
    });
  }

  /**
   * Gives a command that concerns several aggregates: all its events are
   * stored, or none.
   *
   * @param request - `load`: the aggregates by name; `decide`: pure, like an
   * aggregate's; `command`: what tells this command from another under the same
   * id
   * @throws as {@link CommandRunner.execute}
   */
  async executeAcross<TLoads extends Loads>(
    request: CommandEnvelope & {
      load: TLoads;
      command: unknown;
      decide: (
        states: { [K in keyof TLoads]: StateOf<TLoads[K]['aggregate']> },
        context: Omit<DecideContext, 'aggregateId'>,
      ) => DecisionAcross<keyof TLoads & string>;
    },
  ): Promise<CommandAnswer> {
    const loads: Loads = request.load;
    return this.#runLoaded({
      envelope: request,
      scope: scopeOf(request),
      command: {
        ids: Object.fromEntries(
          Object.entries(loads).map(([name, { id }]) => [name, id]),
        ),
        command: request.command,
      },
      loads,
      decide: (loaded, context) =>
        request.decide(
          Object.fromEntries(
            Object.entries(loaded).map(([name, { state }]) => [name, state]),
          ) as { [K in keyof TLoads]: StateOf<TLoads[K]['aggregate']> },
          context,
        ),
    });
  }

  /**
   * Gives a command that finds its aggregates while it is decided. Everything
   * it asks for and leaves as it is, is a guard.
   *
   * @param request - `unit`: begins the unit of work, once for each attempt;
   * `admit`: may refuse what was decided before it is stored, by throwing, and
   * may wait; `command`: what tells this command from another under the same id
   * @returns `result`: of the unit of work; absent when the answer is one that
   * an earlier try under the same command id got
   * @throws as {@link CommandRunner.execute}, and what `admit` throws
   * @throws WrongInstanceError when it decides on an aggregate of another
   * instance, which it was shown as one without events
   */
  async executeUnit<TResult>(
    request: CommandEnvelope & {
      command: unknown;
      unit: (
        context: Omit<DecideContext, 'aggregateId'>,
      ) => UnitOfWork<TResult>;
      admit?: (result: TResult) => Promise<void>;
    },
  ): Promise<{ answer: CommandAnswer; result?: TResult }> {
    const scope = scopeOf(request);
    const decideContext = { ...scope, now: new Date() };
    let result: TResult | undefined;
    let contended: readonly AggregateId[] = [];
    const { answer, earlier } = await runAttempts({
      ...(await this.#attempts(request, scope, request.command)),
      decide: async () => {
        const decided = await decideUnit(
          request.unit(decideContext),
          this.#states,
          scope.instance,
        );
        await request.admit?.(decided.result);
        result = decided.result;
        return decided;
      },
      // Which aggregates it changes is known once it was decided.
      onConflict: ({ aggregates }) => {
        contended = aggregates
          .filter(({ events }) => events.length > 0)
          .map(({ id }) => id);
      },
      inTurn: attempt => this.#queue.run(contended, attempt),
    });
    return earlier ? { answer } : { answer, result };
  }

  /**
   * An aggregate as of now.
   *
   * @throws WrongInstanceError when it belongs to another instance
   */
  async load<TState>(
    aggregate: AggregateDefinition<TState>,
    id: AggregateId,
    instance: InstanceId,
  ): Promise<LoadedState<TState>> {
    return this.#states.load(aggregate, aggregateId(id, 'id'), instance);
  }

  /** Forgets folded states; after a person was erased. */
  forgetStates(): void {
    this.#states.clear();
  }

  async #runLoaded(work: {
    envelope: CommandEnvelope;
    scope: CommandScope;
    command: unknown;
    loads: Loads;
    decide: (
      loaded: Loaded,
      context: Omit<DecideContext, 'aggregateId'>,
    ) => DecisionAcross<string>;
  }): Promise<CommandAnswer> {
    const { envelope, loads, scope } = work;
    const attempts = await this.#attempts(envelope, scope, work.command);
    const ids = checkLoads(loads);
    const decideContext = { ...scope, now: new Date() };
    const { answer } = await this.#queue.run(ids, () =>
      runAttempts({
        ...attempts,
        decide: async () => {
          const loaded = await this.#load(loads, scope.instance);
          return toDecided(work.decide(loaded, decideContext), loads, loaded);
        },
      }),
    );
    return answer;
  }

  async #attempts(
    envelope: CommandEnvelope,
    scope: CommandScope,
    command: unknown,
  ): Promise<Omit<Attempts, 'decide'>> {
    const hash =
      envelope.commandId === undefined
        ? undefined
        : await this.#options.digest(canonicalJson(command));
    return {
      log: this.#options.log,
      scope,
      context: contextOf(envelope, scope, this.#options.plugin, hash),
      hash,
      maxAttempts: this.#options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      signal: envelope.signal,
    };
  }

  async #load(loads: Loads, instance: InstanceId): Promise<Loaded> {
    const entries = await Promise.all(
      Object.entries(loads).map(
        async ([name, { aggregate, id }]): Promise<
          [string, LoadedState<unknown>]
        > => [name, await this.#states.load(aggregate, id, instance)],
      ),
    );
    return Object.fromEntries(entries);
  }
}
