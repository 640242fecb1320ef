import type { RefusalCode } from '../refusals';

/** What a schema's `refine` takes, so that `parseInput` finds the code. */
export function fault(code: RefusalCode) {
  return { error: code, params: { code } };
}
