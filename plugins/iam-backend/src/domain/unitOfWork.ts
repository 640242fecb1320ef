/**
 * A command over several aggregates, as a generator that yields what it reads
 * and what it changes. It does no I/O itself: whoever runs it loads what it
 * asks for, and stores what comes out in one append.
 *
 * Everything read is part of the append, with the version it was read at, even
 * what is not changed. So a decision stands only as long as all that it was
 * made on; if anything of it changed meanwhile, the log refuses the append and
 * the unit of work is run again (catalog/docs/decisions/0041).
 */
import type {
  AggregateDefinition,
  AggregateId,
  ClaimChange,
  DecideContext,
  InstanceId,
  NewEvent,
  Version,
} from '@callboard/plugin-eventstore-common';
import { refusal } from '@callboard/plugin-iam-common';
import { stateAfter } from './defineIamAggregate';
import { netClaimChanges } from './heldClaims';

interface ReadRequest {
  readonly request: 'read';
  readonly definition: AggregateDefinition;
  readonly id: AggregateId;
}

interface ChangeRequest {
  readonly request: 'change';
  readonly definition: AggregateDefinition;
  readonly id: AggregateId;
  readonly command: unknown;
}

interface ExpectRequest {
  readonly request: 'expect';
  readonly definition: AggregateDefinition;
  readonly id: AggregateId;
  readonly version: number;
}

interface InstanceRequest {
  readonly request: 'instance';
}

export type UnitOfWork<TResult = void> = Generator<
  ReadRequest | ChangeRequest | ExpectRequest | InstanceRequest,
  TResult,
  unknown
>;

/** The state of an aggregate, with what this unit of work has changed of it. */
export function* read<TState>(
  definition: AggregateDefinition<TState>,
  id: AggregateId,
): UnitOfWork<TState> {
  return (yield { request: 'read', definition, id }) as TState;
}

/** Runs a command of one aggregate; answers with its state afterwards. */
export function* change<TState, TCommand>(
  definition: AggregateDefinition<TState, TCommand>,
  id: AggregateId,
  command: NoInfer<TCommand>,
): UnitOfWork<TState> {
  return (yield { request: 'change', definition, id, command }) as TState;
}

/** The instance in which it runs. */
export function* currentInstance(): UnitOfWork<InstanceId> {
  return (yield { request: 'instance' }) as InstanceId;
}

/**
 * Goes on only if an aggregate is at the version that the caller saw.
 *
 * @throws CommandRejectedError `iam.version.stale`
 */
export function* expectVersion(
  definition: AggregateDefinition,
  id: AggregateId,
  version: number,
): UnitOfWork {
  yield { request: 'expect', definition, id, version };
}

/** What is to be appended, together or not at all. */
export interface DecidedWork<TResult = unknown> {
  /** In the order of their first use; those without events are guards. */
  readonly aggregates: readonly {
    readonly id: AggregateId;
    readonly expected: Version;
    readonly events: readonly NewEvent[];
  }[];
  readonly claims: readonly ClaimChange[];
  readonly result: TResult;
}

/** An aggregate that a unit of work needs. */
export interface NeededAggregate {
  readonly definition: AggregateDefinition;
  readonly id: AggregateId;
}

/** An aggregate as it is in the log. */
export interface LoadedAggregate {
  readonly state: unknown;
  readonly version: Version;
}

interface WorkedOn extends NeededAggregate {
  readonly version: Version;
  readonly events: NewEvent[];
  state: unknown;
}

/**
 * Runs a unit of work. Yields each aggregate it needs, once, and is to be given
 * that aggregate as it is in the log. One of another instance is to be given
 * as one without events: for the caller there is no such thing.
 */
export function* decideWork<TResult>(
  work: UnitOfWork<TResult>,
  context: Omit<DecideContext, 'aggregateId'>,
): Generator<NeededAggregate, DecidedWork<TResult>, LoadedAggregate> {
  const workedOn = new Map<AggregateId, WorkedOn>();
  const claims: ClaimChange[] = [];
  let step = work.next();
  while (!step.done) {
    if (step.value.request === 'instance') {
      step = work.next(context.instance);
      continue;
    }
    const { definition, id } = step.value;
    let aggregate = workedOn.get(id);
    if (!aggregate) {
      const { state, version } = yield { definition, id };
      aggregate = { definition, id, state, version, events: [] };
      workedOn.set(id, aggregate);
    }
    try {
      if (step.value.request === 'expect') {
        requireVersion(aggregate.version, step.value.version);
      } else if (step.value.request === 'change') {
        claims.push(...decideChange(aggregate, step.value.command, context));
      }
    } catch (error) {
      // Thrown where it was asked for, so that it can be told there what of the
      // command it is about.
      step = work.throw(error);
      continue;
    }
    step = work.next(aggregate.state);
  }
  return {
    aggregates: [...workedOn.values()].map(({ id, version, events }) => ({
      id,
      expected: version,
      events,
    })),
    claims: netClaimChanges(claims),
    result: step.value,
  };
}

function requireVersion(actual: Version, expected: number): void {
  if (actual !== expected) {
    throw refusal('iam.version.stale', 'version', { expected, actual });
  }
}

function decideChange(
  aggregate: WorkedOn,
  command: unknown,
  shared: Omit<DecideContext, 'aggregateId'>,
): readonly ClaimChange[] {
  const { definition, id } = aggregate;
  const context = { ...shared, aggregateId: id };
  const decision = definition.decide(aggregate.state, command, context);
  const { events, claims = [] } =
    'events' in decision ? decision : { events: decision };
  aggregate.state = stateAfter(definition, aggregate.state, events, context);
  aggregate.events.push(...events);
  return claims;
}
