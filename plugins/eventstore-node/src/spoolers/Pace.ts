/** How many events of the log are passed in a second while there is work. */
export class Pace {
  #rate: number;
  #busySince: number | undefined;

  /** @param rate - as it was last known; 0: not known */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Events per second. */
  get rate(): number {
    return this.#rate;
  }

  /** There is nothing to do; the time until there is does not count. */
  rest(): void {
    this.#busySince = undefined;
  }

  /**
   * @param startedAt - of this batch; used when there was none right before it
   * @returns seconds since the batch before, or since this one started
   */
  passed(events: number, startedAt: number): number {
    const now = performance.now();
    const seconds = (now - (this.#busySince ?? startedAt)) / 1000;
    this.#busySince = now;
    const rate = events / Math.max(seconds, 1e-4);
    this.#rate = this.#rate === 0 ? rate : this.#rate * 0.8 + rate * 0.2;
    return seconds;
  }
}
