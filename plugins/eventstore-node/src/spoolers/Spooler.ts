import type {
  AggregateId,
  Position,
} from '@callboard/plugin-eventstore-common';
import { DeposedError } from './errors';
import type { FeedBatch } from './EventFeed';
import { isSameLog } from './isSameLog';
import type { LastEvent } from './operations/commitBatch';
import type { LedSpooler } from './operations/renewLeases';
import { selectSpooler } from './operations/selectSpooler';
import { Pace } from './Pace';
import { pause } from './pause';
import { PositionWaiters } from './PositionWaiters';
import { Quarantine } from './Quarantine';
import { ReadAhead } from './ReadAhead';
import { Replay } from './Replay';
import type { SpoolerContext } from './SpoolerContext';
import { SpoolWriter, toLastEvent, type Led } from './SpoolWriter';
import { describe, type SpoolerRow } from './tables';
import type { Target } from './Target';

const FIRST_BACKOFF_MS = 100;

/**
 * Keeps one generation of a view up to date, or turns events into the jobs of a
 * reactor, while this process leads it.
 *
 * From `start` (a lease was got) it goes round:
 *
 * - READ: the next piece of the log. Nothing there: WAIT. A generation being
 *   built that finds nothing goes live first.
 * - FOLD: events are applied in memory. One whose handler throws puts its
 *   aggregate into quarantine.
 * - WRITE: changes, quarantine and checkpoint in one statement, under the epoch
 *   of the lease. When none of the events concerned the view there is nothing to
 *   write: it only moves in memory, and the next renewal of the lease takes the
 *   position along.
 * - WAIT: until woken.
 *
 * What can go wrong:
 *
 * - WRITE finds another epoch: DEPOSED. Nothing was written; it ends.
 * - The database refuses the data (too long for an index, say): the batch is
 *   halved until the one event at fault is found, which goes into quarantine.
 * - Any other error: it PAUSES, longer each time, then goes on from the
 *   checkpoint as the database has it. Nothing is ever skipped for it.
 *
 * `stop` lets the batch under way finish.
 */
export class Spooler implements Led {
  readonly target: Target;
  readonly #context: SpoolerContext;
  readonly #ahead: ReadAhead;
  readonly #writer: SpoolWriter;
  readonly #waiters = new PositionWaiters();
  readonly #pace: Pace;
  #row: SpoolerRow;
  #position: Position;
  #last: LastEvent | undefined;
  #quarantine = Quarantine.empty();
  /** When the oldest event was recorded that it works on, in ms. */
  #oldest: number | undefined;
  #error: string | undefined;
  #failingSince: number | undefined;
  #leading = true;
  #replay = false;
  #woken = false;
  #wake?: () => void;
  readonly #ended: Promise<void>;

  /** @param row - as it is with the lease just got */
  constructor(row: SpoolerRow, target: Target, context: SpoolerContext) {
    this.target = target;
    this.#context = context;
    this.#row = row;
    this.#position = row.position;
    this.#pace = new Pace(row.rate);
    this.#replay = row.replayRequested;
    this.#ahead = new ReadAhead(after =>
      context.feed.read({
        after,
        types: target.types,
        head: context.watch.head,
      }),
    );
    this.#writer = new SpoolWriter(this, context);
    this.#ended = this.#run();
  }

  get id(): number {
    return this.#row.id;
  }

  /** As it was when last read from the database. */
  get row(): SpoolerRow {
    return this.#row;
  }

  get epoch(): number {
    return this.#row.epoch;
  }

  /** Every event up to here is in the view, or in quarantine. */
  get position(): Position {
    return this.#position;
  }

  /** Age of the oldest event that is not in the view; 0 when there is none. */
  get lagSeconds(): number {
    return this.#oldest === undefined
      ? 0
      : Math.max(0, (Date.now() - this.#oldest) / 1000);
  }

  get quarantine(): Quarantine {
    return this.#quarantine;
  }

  get quarantined(): number {
    return this.#quarantine.size;
  }

  /** Events of the log passed per second while there is work. */
  get rate(): number {
    return this.#pace.rate;
  }

  /** Since when it does not get on, in ms since the epoch. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }

  get leading(): boolean {
    return this.#leading;
  }

  isQuarantined(id: AggregateId): boolean {
    return this.#quarantine.has(id);
  }

  /** What the renewal of its lease tells the database. */
  get report(): LedSpooler {
    return {
      id: this.id,
      epoch: this.epoch,
      position: this.#position,
      last: this.#last,
      error: this.#error,
    };
  }

  /** There may be something to do. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Tries the quarantined aggregates again for which that was asked. */
  replay(): void {
    this.#replay = true;
    this.wake();
  }

  /** The generation's row has changed in other ways than by this spooler. */
  renewed(row: SpoolerRow): void {
    if (row.epoch !== this.epoch) {
      this.depose();
      return;
    }
    this.#row = row;
    if (row.replayRequested) {
      this.replay();
    }
  }

  /** Waits until the view has reached a position, but not for ever. */
  async reach(
    position: Position,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<void> {
    if (this.#position >= position) {
      return;
    }
    await this.#waiters.wait(position, options);
  }

  /** Another node leads: ends without waiting for anything. */
  depose(): void {
    this.#leading = false;
    this.wake();
  }

  /** Lets the batch under way finish, and ends. */
  async stop(): Promise<void> {
    this.depose();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let backoff = FIRST_BACKOFF_MS;
    let begun = false;
    while (this.#leading) {
      try {
        if (!begun) {
          await this.#begin();
          begun = true;
        }
        const moved = await this.#goRound();
        backoff = FIRST_BACKOFF_MS;
        this.#error = undefined;
        this.#failingSince = undefined;
        if (!moved) {
          await this.#idle();
        }
      } catch (error) {
        this.target.forget();
        this.#ahead.forget();
        begun = false;
        if (error instanceof DeposedError) {
          this.#leading = false;
          this.#context.logger.info(`Leads ${describe(this.#row)} no more`);
          return;
        }
        if (!this.#leading) {
          return;
        }
        this.#failingSince ??= Date.now();
        this.#error = error instanceof Error ? error.message : String(error);
        this.#context.logger.warn(
          `${describe(this.#row)} does not get on, trying again in ${backoff} ms: ${this.#error}`,
        );
        await this.#pause(backoff * (0.75 + Math.random() / 2));
        backoff = Math.min(backoff * 2, this.#context.settings.maxBackoffMs);
      }
    }
  }

  /** Takes the state from the database: at the start, and after an error. */
  async #begin(): Promise<void> {
    const { knex, log, settings } = this.#context;
    const row = await selectSpooler(knex, this.id);
    if (!row || row.epoch !== this.epoch || row.state === 'retired') {
      throw new DeposedError(describe(this.#row));
    }
    this.#row = row;
    this.#position = row.position;
    this.#quarantine = await Quarantine.read(knex, row, settings);
    if (!(await isSameLog(log, row))) {
      await this.#context.logChanged(this);
      throw new Error('The log is not the one that this was made from');
    }
  }

  /** @returns whether it got further */
  async #goRound(): Promise<boolean> {
    this.#woken = false;
    if (this.#replay) {
      this.#replay = false;
      await new Replay(this, this.#writer, this.#context).run(() =>
        this.#context.rebuild(this),
      );
    }
    const batch = await this.#ahead.next(this.#position, () => this.#leading);
    this.#context.watch.reached(batch.head);
    if (batch.through === this.#position) {
      this.#pace.rest();
      this.#oldest = undefined;
      return this.#row.state === 'building' && this.#finish();
    }
    await this.#spool(batch);
    return true;
  }

  async #spool({ events: all, through, head }: FeedBatch): Promise<void> {
    const startedAt = performance.now();
    const before = this.#position;
    this.#oldest = all[0] && Date.parse(all[0].recordedAt);
    const events = all.filter(event => this.target.types.has(event.type));
    const last = all.at(-1);
    if (events.length > 0) {
      await this.#writer.write({ events, through, last }, part =>
        this.#advance(part.through, part.last && toLastEvent(part.last)),
      );
    } else {
      this.#advance(through, last && toLastEvent(last));
    }
    if (through >= head) {
      this.#oldest = undefined;
    }
    const seconds = this.#pace.passed(through - before, startedAt);
    const { kind, name, version, state } = this.#row;
    this.#context.onBatch?.({
      kind,
      name,
      version,
      state,
      position: through,
      events: events.length,
      seconds,
    });
  }

  /** Whether a generation has gone live, and so may have more to do. */
  async #finish(): Promise<boolean> {
    const live = await this.#context.goLive(this);
    await this.#begin();
    return !live || this.#position < this.#context.watch.head;
  }

  #advance(through: Position, last: LastEvent | undefined): void {
    this.#position = through;
    this.#last = last ?? this.#last;
    this.#waiters.reached(through);
  }

  async #idle(): Promise<void> {
    if (
      this.#woken ||
      this.#replay ||
      !this.#leading ||
      this.#context.watch.head > this.#position
    ) {
      return;
    }
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** Waits, unless it is to end. */
  async #pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (this.#leading && performance.now() < until) {
      await pause(until - performance.now(), undefined, stop => {
        this.#wake = stop;
      });
    }
    this.#wake = undefined;
  }
}
