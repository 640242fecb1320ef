/**
 * Lets work on the same keys happen one after the other, in the order it came.
 * Work on different keys does not wait.
 */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.map(key => this.#tails.get(key));
    const result = Promise.all(before).then(work);
    // All keys are taken in one go, so two pieces of work cannot wait for each
    // other.
    const tail = result.catch(() => {});
    keys.forEach(key => this.#tails.set(key, tail));
    try {
      return await result;
    } finally {
      for (const key of keys) {
        if (this.#tails.get(key) === tail) {
          this.#tails.delete(key);
        }
      }
    }
  }
}
