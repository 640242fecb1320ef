/**
 * The newest place in the log that this page has written to. A read that
 * carries it shows at least that: whoever wrote sees it.
 *
 * @public
 */
export class SeenPosition {
  #highest = 0;

  /** 0 while nothing was written. */
  get highest(): number {
    return this.#highest;
  }

  /** Takes note of an answer's position header; an odd value is ignored. */
  note(header: string | null): void {
    const position = Number(header ?? 0);
    if (Number.isSafeInteger(position) && position > this.#highest) {
      this.#highest = position;
    }
  }
}
