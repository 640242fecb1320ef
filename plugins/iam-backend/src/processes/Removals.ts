/**
 * Removes what others depend on, in steps (catalog/docs/decisions/0041). It keeps
 * nothing in memory that matters: drop it between any two steps, make another,
 * and that one goes on.
 */
import {
  aggregateTypeOf,
  type AggregateId,
  type EventId,
  type InstanceId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { CommandRunner } from '@callboard/plugin-eventstore-node';
import { runWork } from '../commands/runWork';
import type { UnitOfWork } from '../domain/unitOfWork';
import type { Dependent, DependentsView, OpenRemoval } from './DependentsView';
import {
  removable,
  waitingTypes,
  type RemovableType,
  type RemovalStep,
} from './removalSteps';

export interface RemovalsOptions {
  readonly runner: CommandRunner;
  readonly dependents: DependentsView;
  /** Dependents that are dealt with at the same time; 16 when left out. */
  readonly atOnce?: number;
}

/** The name under which it acts. */
const ACTOR = { kind: 'spooler', id: 'iam.removals' } as const;
const BATCH = 500;

export class Removals {
  readonly #options: RemovalsOptions;
  readonly #atOnce: number;

  constructor(options: RemovalsOptions) {
    this.#options = options;
    this.#atOnce = options.atOnce ?? 16;
  }

  /** Goes on with one removal until it has ended or waits for others. */
  async advance(removal: OpenRemoval, cause?: EventId): Promise<void> {
    for await (const _step of this.steps(removal, cause)) {
      // Each has been stored.
    }
  }

  /** Goes on with all removals that may have waited for what has ended. */
  async advanceWaiting(
    instance: InstanceId,
    after: Position,
    cause?: EventId,
  ): Promise<void> {
    const waiting = await this.#options.dependents.removals({
      instance,
      types: waitingTypes,
      after,
    });
    for (const removal of waiting) {
      await this.advance(removal, cause);
    }
  }

  /** Goes on with everything that is under way, in every instance. */
  async advanceAll(): Promise<void> {
    for (const removal of await this.#options.dependents.removals()) {
      await this.advance(removal);
    }
  }

  /** One stored step after the other; nothing is held between two of them. */
  async *steps(
    { id, instance }: OpenRemoval,
    cause?: EventId,
  ): AsyncGenerator<AggregateId> {
    const { definition, step } =
      removable[aggregateTypeOf(id) as string as RemovableType];
    for (;;) {
      const { state, position } = await this.#options.runner.load<unknown>(
        definition,
        id,
        instance,
      );
      // The table pairs each definition with the step of its own state.
      const next = step(id, state as never);
      if (!next) {
        return;
      }
      const run = (work: () => UnitOfWork) => this.#run(instance, work, cause);
      const after = yield* this.#clear(next, position, run);
      if (after === undefined) {
        return;
      }
      const count = await this.#count(next, after);
      if (count > 0 && next.waits) {
        return;
      }
      // Where dependents are cleared none is left; else the count decides.
      await run(() => next.then({ count, position: after }));
      yield id;
    }
  }

  /**
   * @returns the position up to which none is left to do something to
   */
  async *#clear(
    { dependents, each, waits }: RemovalStep,
    from: Position,
    run: (work: () => UnitOfWork) => Promise<Position>,
  ): AsyncGenerator<AggregateId, Position | undefined> {
    if (!dependents || !each) {
      return from;
    }
    const of = waits ? { ...dependents, removing: false } : dependents;
    let after = from;
    for (;;) {
      const found = await this.#options.dependents.list(of, after, BATCH);
      if (found.length === 0) {
        return after;
      }
      const todo = distinct(found);
      const before = after;
      for (let at = 0; at < todo.length; at += this.#atOnce) {
        const chunk = todo.slice(at, at + this.#atOnce);
        const positions = await Promise.all(
          chunk.map(dependent => run(() => each(dependent))),
        );
        after = Math.max(after, ...positions) as Position;
        yield chunk[0]!.dependent as AggregateId;
      }
      if (after === before) {
        throw new Error(
          `${found[0]!.dependent} still depends on ${found[0]!.owner}, and nothing is left to do about it`,
        );
      }
    }
  }

  async #count({ dependents }: RemovalStep, after: Position): Promise<number> {
    return dependents ? this.#options.dependents.count(dependents, after) : 0;
  }

  async #run(
    instance: InstanceId,
    work: () => UnitOfWork,
    cause?: EventId,
  ): Promise<Position> {
    const { answer } = await runWork(this.#options.runner, {
      instance,
      actor: ACTOR,
      context: { causationId: cause },
      command: {},
      work,
    });
    return answer.position;
  }
}

/** Somebody with several roles is dealt with once. */
function distinct(found: readonly Dependent[]): Dependent[] {
  return [
    ...new Map(
      found.map(row => [`${row.owner} ${row.dependent}`, row]),
    ).values(),
  ];
}
