/**
 * Lets so many tasks run at once; the others wait. Whoever is urgent goes
 * before whoever is not.
 */
export class Gate {
  #free: number;
  readonly #urgent: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async run<T>(task: () => Promise<T>, urgent: boolean): Promise<T> {
    if (this.#free > 0) {
      this.#free--;
    } else {
      await new Promise<void>(resolve =>
        (urgent ? this.#urgent : this.#patient).push(resolve),
      );
    }
    try {
      return await task();
    } finally {
      const next = this.#urgent.shift() ?? this.#patient.shift();
      if (next) {
        next();
      } else {
        this.#free++;
      }
    }
  }
}
