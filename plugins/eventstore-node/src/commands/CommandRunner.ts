import {
  BadArgumentError,
  CommandIdReusedError,
  ContentionError,
  instanceIdSchema,
  lineSchema,
  newEventId,
  parseArgument,
  actorKey,
  actorSchema,
  aggregateId,
  aggregateTypeOf,
  ShuttingDownError,
  StoreUnreachableError,
  BusyError,
  version,
  WrongVersionError,
  type Actor,
  type AggregateDefinition,
  type AggregateId,
  type ClaimChange,
  type DecideContext,
  type EventContext,
  type EventId,
  type InstanceId,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { AppendRequest, EventLog } from '../log/EventLog';
import { deriveAggregateId } from '../identity/deriveUuid';
import { canonicalJson } from './canonicalJson';
import { deriveEventId, type CommandScope } from './deriveEventId';
import { KeyedQueue } from './KeyedQueue';
import { StateCache, type LoadedState } from './StateCache';

/**
 * Who gives a command, where, and under which id.
 *
 * @public
 */
export interface CommandEnvelope {
  readonly instance: InstanceId;
  readonly actor: Actor;
  /** `plugin` may be left out where the runner is a plugin's own. */
  readonly context?: Partial<Omit<EventContext, 'commandId' | 'commandHash'>>;
  /**
   * Chosen by the caller and the same when it tries again (an
   * `Idempotency-Key`). Without one each call is a command of its own.
   */
  readonly commandId?: string;
  /** Stop before the next attempt when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * What a command came to. A retry under the same command id gets the same.
 *
 * @public
 */
export interface CommandAnswer {
  /**
   * A view that has reached this position shows the command's effect. When
   * there was nothing to do: the state it was decided on.
   */
  readonly position: Position;
  /** In the order they were decided; none when there was nothing to do. */
  readonly events: readonly {
    readonly id: EventId;
    readonly type: string;
    readonly aggregateId: AggregateId;
    readonly version: Version;
    readonly position: Position;
  }[];
  /** ISO 8601; absent when there was nothing to do. */
  readonly recordedAt?: string;
}

type AnsweredEvent = CommandAnswer['events'][number];

type StateOf<T> = T extends AggregateDefinition<infer TState> ? TState : never;

/** Aggregates to be loaded, by a name the decision calls them by. */
type Loads = Readonly<
  Record<string, { aggregate: AggregateDefinition; id: AggregateId }>
>;

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
/** Attempts that follow at once; later ones wait a little, by chance. */
const EAGER_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 50;

/** The caller's own expectation failed: deciding again would not help. */
class StaleCommandError extends Error {
  constructor(
    readonly id: AggregateId,
    readonly expected: Version,
    readonly actual: Version,
  ) {
    super('stale');
  }

  toWrongVersion(): WrongVersionError {
    return new WrongVersionError(this.id, this.expected, this.actual);
  }
}

/**
 * Runs commands: load, decide, append; when another writer was faster, load
 * and decide again.
 *
 * @public
 */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #log: EventLog;
  readonly #states: StateCache;
  readonly #queue: KeyedQueue;

  constructor(
    options: CommandRunnerOptions,
    shared?: { states: StateCache; queue: KeyedQueue },
  ) {
    this.#options = options;
    this.#log = options.log;
    this.#queue = shared?.queue ?? new KeyedQueue();
    this.#states =
      shared?.states ??
      new StateCache({
        log: options.log,
        maxStates: options.maxStates ?? DEFAULT_MAX_STATES,
        ttlMs: STATE_TTL_MS,
      });
  }

  /** The same runner, for a plugin: its id is in the context of every event. */
  forPlugin(plugin: string): CommandRunner {
    return new CommandRunner(
      { ...this.#options, plugin },
      { states: this.#states, queue: this.#queue },
    );
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
    return this.#run({
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
    return this.#run({
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

  async #run(work: {
    envelope: CommandEnvelope;
    scope: CommandScope;
    command: unknown;
    loads: Loads;
    decide: (
      loaded: Record<string, LoadedState<unknown>>,
      context: Omit<DecideContext, 'aggregateId'>,
    ) => DecisionAcross<string>;
  }): Promise<CommandAnswer> {
    const { envelope, loads, scope } = work;
    const retriable = envelope.commandId !== undefined;
    const hash = retriable
      ? await this.#options.digest(canonicalJson(work.command))
      : undefined;
    const context = {
      plugin: this.#options.plugin,
      ...envelope.context,
      correlationId: envelope.context?.correlationId ?? scope.commandId,
      commandId: scope.commandId,
      ...(hash === undefined ? {} : { commandHash: hash }),
    } as EventContext; // the log refuses it when there is no plugin
    const ids = checkLoads(loads);
    const decideContext = { ...scope, now: new Date() };

    return this.#queue.run(ids, async () => {
      for (let attempt = 1; ; attempt++) {
        envelope.signal?.throwIfAborted();
        const loaded = await this.#load(loads, scope.instance);
        let request: AppendRequest | undefined;
        try {
          request = buildAppend(work.decide(loaded, decideContext), {
            loads,
            loaded,
            scope,
            context,
          });
          if (request) {
            const result = await this.#log.append(request);
            if (!result.duplicate) {
              const decided = request.aggregates.flatMap(part => part.events);
              return {
                position: result.position,
                events: result.events.map((event, index) =>
                  describe({ ...event, type: decided[index]!.type }),
                ),
                recordedAt: result.recordedAt,
              };
            }
          }
        } catch (error) {
          if (isUndecided(error)) {
            throw error;
          }
          // Refused: perhaps because an earlier try of this command took effect.
          const earlier = retriable && (await this.#find(scope, hash));
          if (earlier) {
            return earlier;
          }
          if (!(error instanceof WrongVersionError)) {
            throw error instanceof StaleCommandError
              ? error.toWrongVersion()
              : error;
          }
          if (attempt >= (this.#options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS)) {
            throw new ContentionError(attempt, error);
          }
          await pauseBefore(attempt + 1);
          continue;
        }
        // Stored before, or nothing to do (which may be so because of it).
        const earlier =
          (retriable || request) && (await this.#find(scope, hash));
        if (earlier) {
          return earlier;
        }
        return {
          position: Math.max(
            ...Object.values(loaded).map(({ position }) => position),
          ) as Position,
          events: [],
        };
      }
    });
  }

  async #load(
    loads: Loads,
    instance: InstanceId,
  ): Promise<Record<string, LoadedState<unknown>>> {
    const entries = await Promise.all(
      Object.entries(loads).map(
        async ([name, { aggregate, id }]) =>
          [name, await this.#states.load(aggregate, id, instance)] as const,
      ),
    );
    return Object.fromEntries(entries);
  }

  /**
   * What the log has of a command. Its events follow one another, so they are
   * read from the first one on.
   *
   * @throws CommandIdReusedError
   */
  async #find(
    scope: CommandScope,
    hash: string | undefined,
  ): Promise<CommandAnswer | undefined> {
    const first = await this.#log.readEvent(deriveEventId(scope, 0));
    if (!first) {
      return undefined;
    }
    if (first.context.commandHash !== hash) {
      throw new CommandIdReusedError(scope.commandId);
    }
    const events: AnsweredEvent[] = [];
    let after = (first.position - 1) as Position;
    for (;;) {
      const found: AnsweredEvent[] = [];
      const batch = await this.#log.readBatch({
        after,
        onUnreadable: event => found.push(event),
      });
      found.push(...batch.events);
      found.sort((a, b) => a.position - b.position);
      for (const event of found) {
        if (event.id !== deriveEventId(scope, events.length)) {
          return answerOf(events, first.recordedAt);
        }
        events.push(describe(event));
      }
      if (batch.through >= batch.head) {
        return answerOf(events, first.recordedAt);
      }
      after = batch.through;
    }
  }
}

/** @throws BadArgumentError */
function scopeOf(envelope: CommandEnvelope): CommandScope {
  return {
    instance: parseArgument(instanceIdSchema, envelope.instance, 'instance'),
    actor: parseArgument(actorSchema, envelope.actor, 'actor'),
    commandId:
      envelope.commandId === undefined
        ? newEventId()
        : parseArgument(lineSchema.max(128), envelope.commandId, 'commandId'),
  };
}

/** What an answer tells of an event; always in the same order. */
function describe(event: AnsweredEvent): AnsweredEvent {
  return {
    id: event.id,
    type: event.type,
    aggregateId: event.aggregateId,
    version: event.version,
    position: event.position,
  };
}

function answerOf(
  events: CommandAnswer['events'],
  recordedAt: string,
): CommandAnswer {
  return { position: events.at(-1)!.position, events, recordedAt };
}

/** Errors after which it is not known, or not yet decided, what happened. */
function isUndecided(error: unknown): boolean {
  return (
    error instanceof StoreUnreachableError ||
    error instanceof ShuttingDownError ||
    error instanceof BusyError
  );
}

function checkLoads(loads: Loads): AggregateId[] {
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

/** The append of a decision; none when it has no event. */
function buildAppend(
  decision: DecisionAcross<string>,
  options: {
    loads: Loads;
    loaded: Record<string, LoadedState<unknown>>;
    scope: CommandScope;
    context: EventContext;
  },
): AppendRequest | undefined {
  const { loads, loaded, scope, context } = options;
  const unknown = Object.keys(decision.events).find(name => !loads[name]);
  if (unknown !== undefined) {
    throw new BadArgumentError('decide', `'${unknown}' was not loaded`);
  }
  let index = 0;
  const aggregates = Object.entries(loads).map(([name, { id }]) => ({
    id,
    expected: loaded[name]!.version,
    events: (decision.events[name] ?? []).map(event => ({
      ...event,
      id: deriveEventId(scope, index++),
    })),
  }));
  if (index === 0) {
    if (decision.claims?.length) {
      throw new BadArgumentError(
        'decide',
        'claims change only together with an event that tells of it',
      );
    }
    return undefined;
  }
  return {
    instance: scope.instance,
    actor: scope.actor,
    context,
    aggregates,
    claims: decision.claims,
  };
}

function pauseBefore(attempt: number): Promise<void> {
  if (attempt <= EAGER_ATTEMPTS) {
    return Promise.resolve();
  }
  const longest = Math.min(2 ** (attempt - EAGER_ATTEMPTS), LONGEST_PAUSE_MS);
  return new Promise(resolve => setTimeout(resolve, Math.random() * longest));
}
