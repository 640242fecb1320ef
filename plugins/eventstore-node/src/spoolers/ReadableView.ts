import {
  BadArgumentError,
  limits,
  type AggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import { canServe, type Declaration, type Shape } from './Declaration';
import { ViewBehindError, ViewNotReadyError } from './errors';
import { readInOrder } from './EventFeed';
import { WANTED } from './LogWatch';
import { selectSpooler } from './operations/selectSpooler';
import type { WaitOptions } from './OpenView';
import { pause } from './pause';
import type { SpoolerHost } from './SpoolerHost';
import type { SpoolerRow } from './tables';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;
/** After so many looks at a view that another node leads, that node is called. */
const LOOKS_BEFORE_CALL = 4;
const RETRY_AFTER_SECONDS = 1;

/**
 * The generation of a view that is read, and how far it is: known at once when
 * this process leads it, and else looked up, and waited for.
 */
export class ReadableView {
  readonly #declaration: Declaration;
  readonly #host: SpoolerHost;
  /** How far each generation is known to be. */
  readonly #known = new Map<number, Position>();

  constructor(declaration: Declaration, host: SpoolerHost) {
    this.#declaration = declaration;
    this.#host = host;
  }

  /**
   * The generation that is read. While this version is built for the first
   * time, that of another version is, if it has all that can be asked for.
   *
   * @throws ViewNotReadyError
   */
  generation(): SpoolerRow {
    const live = this.#host.liveRow(this.#declaration);
    if (live) {
      return live;
    }
    const other = this.#host.rows
      .filter(
        row =>
          row.kind === 'view' &&
          row.name === this.#declaration.name &&
          row.state === 'live' &&
          canServe(this.#declaration.shape as Shape, row.shape as Shape),
      )
      .at(-1);
    if (!other) {
      throw new ViewNotReadyError(this.#declaration.name, RETRY_AFTER_SECONDS);
    }
    return other;
  }

  /**
   * Waits until there is a generation that can be read.
   *
   * @throws ViewNotReadyError when there is none in time
   */
  async ready(options: WaitOptions): Promise<void> {
    const deadline = this.#deadline(options);
    for (;;) {
      try {
        this.generation();
        return;
      } catch (error) {
        if (performance.now() >= deadline) {
          throw error;
        }
      }
      await this.#host.tick();
      await pause(LONGEST_PAUSE_MS, options.signal);
    }
  }

  #hasReached(position: Position): boolean {
    const { id } = this.generation();
    const known = this.#host.leading(id)?.position ?? this.#known.get(id) ?? 0;
    return known >= position;
  }

  /** How far the view is at least. */
  knownPosition(row: SpoolerRow): number {
    return Math.max(
      row.position,
      this.#host.leading(row.id)?.position ?? 0,
      this.#known.get(row.id) ?? 0,
    );
  }

  /**
   * Waits until the view shows every event up to a position.
   *
   * @throws ViewBehindError when it does not in time, ViewNotReadyError when it
   * is being built
   * @throws BadArgumentError when the position is beyond the log
   */
  async reach(position: Position, options: WaitOptions): Promise<void> {
    if (this.#hasReached(position)) {
      return;
    }
    const { watch } = this.#host;
    if (position > watch.head && position > (await watch.ask())) {
      throw new BadArgumentError(
        'position',
        `${position} is beyond the head of the log, ${watch.head}`,
      );
    }
    const deadline = this.#deadline(options);
    let pauseMs = FIRST_PAUSE_MS;
    for (let looks = 1; ; looks++) {
      const row = this.generation();
      const spooler = this.#host.leading(row.id);
      if (spooler) {
        spooler.wake();
        await spooler.reach(position, {
          // Not longer: it may be led elsewhere meanwhile.
          timeoutMs: Math.min(100, Math.max(0, deadline - performance.now())),
          signal: options.signal,
        });
      } else if (!(await this.#look(row, position))) {
        if (looks === LOOKS_BEFORE_CALL) {
          // Its leader may have missed that the log has grown.
          await watch.signal(WANTED);
        }
        await pause(pauseMs, options.signal);
        pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
      }
      if (this.#hasReached(position)) {
        return;
      }
      if (performance.now() >= deadline) {
        throw new ViewBehindError({
          view: this.#declaration.name,
          position: this.#known.get(row.id) ?? row.position,
          wanted: position,
          retryAfter: RETRY_AFTER_SECONDS,
        });
      }
    }
  }

  /** Looks in the database whether another node has got the view there. */
  async #look(row: SpoolerRow, position: Position): Promise<boolean> {
    const { knex, log } = this.#host;
    const found = await selectSpooler(knex, row.id);
    if (found?.state !== 'live') {
      await this.#host.tick();
      return false;
    }
    let reached = found.position;
    const { types } = this.#declaration;
    if (reached < position && types.length <= limits.filterTypes) {
      // A position is written only together with changes. Is there one to come?
      const { events, through } = await readInOrder(log, {
        after: reached,
        limit: 1,
        filter: { types },
      });
      reached = Math.max(
        reached,
        events[0] ? events[0].position - 1 : through,
      ) as Position;
    }
    this.#known.clear();
    this.#known.set(row.id, reached);
    return reached >= position;
  }

  async isQuarantined(id: AggregateId): Promise<boolean> {
    const row = this.generation();
    const spooler = this.#host.leading(row.id);
    if (spooler) {
      return spooler.isQuarantined(id);
    }
    const found = await this.#host
      .knex('eventstore_quarantine')
      .where({ spooler_id: row.id, aggregate_id: id })
      .first('spooler_id');
    return found !== undefined;
  }

  #deadline({ timeoutMs }: WaitOptions): number {
    return performance.now() + (timeoutMs ?? this.#host.settings.waitMs);
  }
}
