/*
 * Checks whether what concurrent clients saw of one thing could have happened
 * one operation after the other. The algorithm of Wing and Gong with Lowe's
 * memory of what was tried: https://www.cs.ox.ac.uk/people/gavin.lowe/LinearizabiltyTesting/paper.pdf
 */

/** One call, as the client saw it. Times are of one clock. */
export interface Operation<TInput, TOutput> {
  readonly calledAt: number;
  /** Infinity when the client never learned the outcome. */
  readonly returnedAt: number;
  readonly input: TInput;
  /** Undefined when it is unknown; then any outcome fits, also none. */
  readonly output?: TOutput;
}

/** What the thing is supposed to do. */
export interface Specification<TState, TInput, TOutput> {
  readonly initial: TState;
  /** The next state, or undefined when this output was not possible. */
  step(
    state: TState,
    input: TInput,
    output: TOutput | undefined,
  ): TState | undefined;
  /** Equal for equal states. */
  keyOf(state: TState): string;
}

/** Whether there is an order of the operations that explains all outputs. */
export function isLinearizable<TState, TInput, TOutput>(
  operations: readonly Operation<TInput, TOutput>[],
  specification: Specification<TState, TInput, TOutput>,
): boolean {
  const pending = [...operations].sort((a, b) => a.calledAt - b.calledAt);
  const done = new Uint8Array(pending.length);
  const tried = new Set<string>();

  function search(state: TState, left: number): boolean {
    if (left === 0) {
      return true;
    }
    const key = `${specification.keyOf(state)}|${Buffer.from(done).toString('latin1')}`;
    if (tried.has(key)) {
      return false;
    }
    tried.add(key);
    // An operation can be next only if none that is still to come had returned
    // before it was called.
    let earliestReturn = Infinity;
    for (let index = 0; index < pending.length; index++) {
      const operation = pending[index]!;
      if (done[index]) {
        continue;
      }
      if (operation.calledAt > earliestReturn) {
        break;
      }
      earliestReturn = Math.min(earliestReturn, operation.returnedAt);
      done[index] = 1;
      const next = specification.step(state, operation.input, operation.output);
      if (next !== undefined && search(next, left - 1)) {
        return true;
      }
      // With an unknown outcome it may also never have happened.
      if (operation.output === undefined && search(state, left - 1)) {
        return true;
      }
      done[index] = 0;
    }
    return false;
  }

  return search(specification.initial, pending.length);
}
