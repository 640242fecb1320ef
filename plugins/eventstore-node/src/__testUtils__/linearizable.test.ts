import { isLinearizable, type Operation } from './linearizable';

type Input = { write: number } | 'read';

const register = {
  initial: 0,
  step: (state: number, input: Input, output: number | undefined) => {
    if (input === 'read') {
      return output === undefined || output === state ? state : undefined;
    }
    return input.write;
  },
  keyOf: String,
};

/** Operations as [called, returned, input, output]. */
function check(...history: [number, number, Input, number?][]) {
  return isLinearizable(
    history.map(
      ([calledAt, returnedAt, input, output]): Operation<Input, number> => ({
        calledAt,
        returnedAt,
        input,
        output,
      }),
    ),
    register,
  );
}

describe('isLinearizable', () => {
  it('accepts what could have happened', () => {
    expect(check()).toBe(true);
    expect(check([0, 1, { write: 1 }, 1], [2, 3, 'read', 1])).toBe(true);
    // Overlapping: the read may have come before or after.
    expect(check([0, 9, { write: 1 }, 1], [1, 2, 'read', 0])).toBe(true);
    expect(check([0, 9, { write: 1 }, 1], [1, 2, 'read', 1])).toBe(true);
    // Unknown outcome: it happened, or it did not.
    expect(check([0, Infinity, { write: 1 }], [5, 6, 'read', 0])).toBe(true);
    expect(check([0, Infinity, { write: 1 }], [5, 6, 'read', 1])).toBe(true);
  });

  it('refuses what could not', () => {
    // A stale read.
    expect(check([0, 1, { write: 1 }, 1], [2, 3, 'read', 0])).toBe(false);
    // A value from nowhere.
    expect(check([0, 1, 'read', 7])).toBe(false);
    // Two reads that see a write and then do not see it.
    expect(
      check([0, 9, { write: 1 }, 1], [1, 2, 'read', 1], [3, 4, 'read', 0]),
    ).toBe(false);
    expect(
      check([0, Infinity, { write: 1 }], [1, 2, 'read', 1], [3, 4, 'read', 0]),
    ).toBe(false);
  });
});
