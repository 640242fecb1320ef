import type { DeadLetter, JobCounts } from './deadLetters';
import type { Reactor } from './defineReactor';

/**
 * The reactors of one plugin, with their jobs in its database.
 *
 * @public
 */
export interface Reactors {
  /**
   * Declares a reactor.
   *
   * @throws BadArgumentError when its name is taken
   */
  add(reactor: Reactor): Promise<void>;

  /** Jobs by reactor. */
  counts(): Promise<JobCounts[]>;

  /**
   * Jobs that have failed as often as they may, oldest first.
   *
   * @param options - `limit`: 100 when left out; `after`: the id of the last
   * one of the page before
   */
  deadLetters(options?: {
    reactor?: string;
    limit?: number;
    after?: string;
  }): Promise<DeadLetter[]>;

  /** Lets dead letters be attempted again. */
  replay(ids: readonly string[]): Promise<number>;

  /** Removes dead letters for good. */
  discard(ids: readonly string[]): Promise<number>;
}
