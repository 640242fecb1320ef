import type {
  AggregateId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { RowOf, Tables } from '../projections/defineProjection';
import type { Freshness, OpenOptions, OpenView, WaitOptions } from './OpenView';

/**
 * One view, for those who read it.
 *
 * @public
 */
export interface View<TTables extends Tables = Tables> {
  readonly name: string;
  readonly version: number;

  /**
   * Opens the view for a read, when it shows what it has to.
   *
   * @throws ViewBehindError, ViewNotReadyError: with `retryAfter`, in seconds
   * @throws BadArgumentError when a position is beyond the log, or a time is
   * none
   */
  open(options?: OpenOptions): Promise<OpenView<TTables>>;

  /**
   * The view's tables as they are now or were at a position, without waiting
   * for anything. A position that the view has not reached yet shows less than
   * it will.
   *
   * @throws ViewNotReadyError
   */
  at(asOf?: Position): OpenView<TTables>;

  /** A row as the driver returns it, in the types of its declaration. */
  toRow<TName extends keyof TTables & string>(
    name: TName,
    found: Readonly<Record<string, unknown>>,
  ): RowOf<TTables[TName]>;

  /**
   * Waits until the view can be read.
   *
   * @throws ViewNotReadyError when it is not in time
   */
  ready(options?: WaitOptions): Promise<void>;

  /**
   * Waits until the view shows every event up to a position.
   *
   * @throws ViewBehindError when it does not in time, ViewNotReadyError when it
   * is being built
   * @throws BadArgumentError when the position is beyond the log
   */
  waitFor(position: Position, options?: WaitOptions): Promise<void>;

  /**
   * Waits until the view shows everything that has happened to an aggregate.
   *
   * @throws as {@link View.waitFor}
   */
  catchUp(aggregateId: AggregateId, options?: WaitOptions): Promise<Freshness>;
}
