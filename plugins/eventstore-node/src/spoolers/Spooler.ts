import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  AggregateId,
  Position,
  Version,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { EventLog } from '../log/EventLog';
import type { StatementPart } from '../projections/statements';
import { DeposedError } from './errors';
import {
  readInOrder,
  type EventFeed,
  type FeedBatch,
  type FeedEvent,
} from './EventFeed';
import { foldBatch, type FoldedBatch } from './foldBatch';
import type { Gate } from './Gate';
import type { LogWatch } from './LogWatch';
import { commitBatch, type LastEvent } from './operations/commitBatch';
import {
  advancePart,
  causeOf,
  closeReplay,
  healPart,
  isOutOfOrder,
  quarantinePart,
  selectQuarantine,
  touchedPart,
  untouchedPart,
  waitingPart,
  type QuarantineRow,
} from './operations/quarantine';
import type { LedSpooler } from './operations/renewLeases';
import { selectSpooler } from './operations/selectSpooler';
import { pause } from './pause';
import type { SpoolerSettings } from './settings';
import { describe, type SpoolerRow } from './tables';
import type { Target } from './Target';

/** What a spooler needs of its surroundings. */
export interface SpoolerContext {
  /** The database of the view. */
  readonly knex: Knex;
  readonly log: EventLog;
  readonly feed: EventFeed;
  readonly watch: LogWatch;
  readonly gate: Gate;
  readonly settings: SpoolerSettings;
  readonly logger: LoggerService;
  /**
   * A generation being built has reached the end of the log.
   *
   * @returns whether it is live now; if not, it has to get further first
   */
  goLive(spooler: Spooler): Promise<boolean>;
  /** Quarantine cannot be healed in place. */
  rebuild(spooler: Spooler): Promise<void>;
  /** What was applied is not in the log, e.g. since an old backup was restored. */
  logChanged(spooler: Spooler): Promise<void>;
  /** Told after each batch. */
  onBatch?(spooler: Spooler, events: number, seconds: number): void;
}

const FIRST_BACKOFF_MS = 100;

/** A statement that failed because of what it was to write. */
const DATA_ERROR = /^(22|23|54)/;

const nothing: Target = {
  types: new Set(),
  apply: () => ({ outcome: 'applied' }),
  discover: () => {},
  fetch: async () => {},
  parts: () => [],
  written: () => {},
  forget: () => {},
};

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
export class Spooler {
  readonly target: Target;
  readonly #context: SpoolerContext;
  #row: SpoolerRow;
  #position: Position;
  #last: LastEvent | undefined;
  #quarantine = new Map<AggregateId, QuarantineRow | undefined>();
  #tracked = true;
  /** How many rows are in the list of rows used, at most. */
  #touchedRows = 0;
  #rate: number;
  #busySince: number | undefined;
  /** When the oldest event was recorded that it works on, in ms. */
  #oldest: number | undefined;
  #error: string | undefined;
  #failingSince: number | undefined;
  #leading = true;
  #replay = false;
  #woken = false;
  #wake?: () => void;
  #ahead?: { after: Position; batch: Promise<FeedBatch> };
  #waiters: { position: Position; resolve: () => void }[] = [];
  readonly #ended: Promise<void>;

  /** @param row - as it is with the lease just got */
  constructor(row: SpoolerRow, target: Target, context: SpoolerContext) {
    this.target = target;
    this.#context = context;
    this.#row = row;
    this.#position = row.position;
    this.#rate = row.rate;
    this.#replay = row.replayRequested;
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

  get quarantined(): number {
    return this.#quarantine.size;
  }

  /** Events of the log passed per second while there is work. */
  get rate(): number {
    return this.#rate;
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
    const waiter = { position, resolve: () => {} };
    this.#waiters.push(waiter);
    try {
      await pause(options.timeoutMs, options.signal, stop => {
        waiter.resolve = stop;
      });
    } finally {
      this.#waiters = this.#waiters.filter(other => other !== waiter);
    }
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
        this.#ahead = undefined;
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
    const { knex, log } = this.#context;
    const row = await selectSpooler(knex, this.id);
    if (!row || row.epoch !== this.epoch || row.state === 'retired') {
      throw new DeposedError(describe(this.#row));
    }
    this.#row = row;
    this.#position = row.position;
    this.#tracked = row.tracked;
    this.#quarantine = new Map(
      row.quarantined === 0
        ? []
        : (await selectQuarantine(knex, [this.id])).map(q => [
            q.aggregateId,
            q,
          ]),
    );
    // Not counted yet: the next that are added make it look.
    this.#touchedRows = this.#quarantine.size > 0 ? Infinity : 0;
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
      await this.#replayRequested();
    }
    const batch = await this.#read();
    this.#context.watch.reached(batch.head);
    if (batch.through === this.#position) {
      this.#busySince = undefined;
      this.#oldest = undefined;
      return this.#row.state === 'building' && this.#finish();
    }
    const startedAt = performance.now();
    const before = this.#position;
    const first = batch.events[0];
    this.#oldest = first && Date.parse(first.recordedAt);
    const concerning = batch.events.filter(event =>
      this.target.types.has(event.type),
    );
    const last = batch.events.at(-1);
    if (concerning.length > 0) {
      await this.#write(concerning, batch.through, last);
    }
    this.#advance(batch.through, last);
    if (batch.through >= batch.head) {
      this.#oldest = undefined;
    }
    const now = performance.now();
    const seconds = (now - (this.#busySince ?? startedAt)) / 1000;
    this.#busySince = now;
    const rate = (batch.through - before) / Math.max(seconds, 1e-4);
    this.#rate = this.#rate === 0 ? rate : this.#rate * 0.8 + rate * 0.2;
    this.#context.onBatch?.(this, concerning.length, seconds);
    return true;
  }

  /** Whether a generation has gone live, and so may have more to do. */
  async #finish(): Promise<boolean> {
    const live = await this.#context.goLive(this);
    await this.#begin();
    return !live || this.#position < this.#context.watch.head;
  }

  /** The next piece; the one after it is read while this one is written. */
  async #read(): Promise<FeedBatch> {
    const after = this.#position;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const batch = await (ahead?.after === after
      ? ahead.batch
      : this.#readAfter(after));
    if (batch.through < batch.head && this.#leading) {
      const next = this.#readAfter(batch.through);
      // Looked at when its turn comes; until then a failure is not news.
      next.catch(() => {});
      this.#ahead = { after: batch.through, batch: next };
    }
    return batch;
  }

  #readAfter(after: Position): Promise<FeedBatch> {
    return this.#context.feed.read({
      after,
      types: this.target.types,
      head: this.#context.watch.head,
    });
  }

  async #write(
    events: readonly FeedEvent[],
    through: Position,
    last: FeedEvent | undefined,
  ): Promise<void> {
    try {
      await this.#context.gate.run(
        () => this.#foldAndCommit(events, through, last),
        this.#row.state === 'live',
      );
    } catch (error) {
      if (!isDataError(error)) {
        throw error;
      }
      this.target.forget();
      if (events.length === 1) {
        await this.#quarantineOnly(events[0]!, error, through, last);
        return;
      }
      const half = Math.ceil(events.length / 2);
      const border = events[half - 1]!;
      await this.#write(events.slice(0, half), border.position, border);
      this.#advance(border.position, border);
      await this.#write(events.slice(half), through, last);
    }
  }

  async #foldAndCommit(
    events: readonly FeedEvent[],
    through: Position,
    last: FeedEvent | undefined,
  ): Promise<void> {
    const { knex } = this.#context;
    const folded = await foldBatch(this.target, events, {
      isQuarantined: id => this.#quarantine.has(id),
      track: this.#quarantine.size > 0,
      fetch: () => this.target.fetch(knex),
    });
    await this.#commit(through, last, folded, this.target.parts());
  }

  /** The database refuses what this one event makes of the view. */
  async #quarantineOnly(
    event: FeedEvent,
    error: unknown,
    through: Position,
    last: FeedEvent | undefined,
  ): Promise<void> {
    const refusing: Target = {
      ...nothing,
      types: this.target.types,
      apply: () => ({ outcome: 'failed', error }),
    };
    const folded = await foldBatch(refusing, [event], {
      isQuarantined: () => false,
      track: false,
      fetch: async () => {},
    });
    await this.#commit(through, last, folded, []);
  }

  async #commit(
    through: Position,
    last: FeedEvent | undefined,
    folded: FoldedBatch,
    parts: readonly StatementPart[],
  ): Promise<void> {
    const all = [...parts];
    if (folded.failed.size > 0) {
      all.push(quarantinePart(this.id, [...folded.failed.values()]));
    }
    if (folded.waiting.size > 0) {
      all.push(waitingPart(this.id, folded.waiting));
    }
    const tracked = this.#tracked && (await this.#canTrack(folded));
    if (tracked && folded.touched.size > 0) {
      all.push(touchedPart(this.id, folded.touched));
    }
    await this.#save(through, last, all, {
      events: folded.applied,
      quarantined: folded.failed.size,
      tracked: tracked === this.#tracked ? undefined : tracked,
    });
    this.target.written();
    this.#tracked = tracked;
    for (const [id, failure] of folded.failed) {
      this.#quarantine.set(id, undefined);
      this.#context.logger.error(
        `${describe(this.#row)}: ${id} is in quarantine, event ${failure.type} at position ${failure.position} failed: ${failure.cause}`,
      );
    }
  }

  async #save(
    through: Position,
    last: FeedEvent | undefined,
    parts: readonly StatementPart[],
    more: { events: number; quarantined: number; tracked?: boolean },
  ): Promise<void> {
    await commitBatch(
      this.#context.knex,
      {
        spoolerId: this.id,
        epoch: this.epoch,
        position: through,
        last: last && toLastEvent(last),
        rate: this.#rate,
        leaseMs: this.#context.settings.leaseMs,
        ...more,
      },
      parts,
    );
  }

  /** Whether the list of rows used may grow by these. */
  async #canTrack(folded: FoldedBatch): Promise<boolean> {
    if (folded.touched.size === 0) {
      return true;
    }
    this.#touchedRows += folded.touched.size;
    const { maxTouched } = this.#context.settings;
    if (this.#touchedRows <= maxTouched) {
      return true;
    }
    // Many of them will have been the same rows again.
    const counted = await this.#context
      .knex('eventstore_touched')
      .where({ spooler_id: this.id })
      .count({ rows: '*' });
    this.#touchedRows = Number(counted[0]?.rows) + folded.touched.size;
    return this.#touchedRows <= maxTouched;
  }

  async #replayRequested(): Promise<void> {
    const { knex } = this.#context;
    const asked = (await selectQuarantine(knex, [this.id])).filter(
      ({ replayAt }) => replayAt !== null,
    );
    for (const row of asked) {
      if (!this.#leading) {
        return;
      }
      if (!this.#tracked || !(await this.#replayOne(row))) {
        this.#context.logger.info(
          `${describe(this.#row)}: later events used the same rows as those in quarantine; rebuilding it instead`,
        );
        await this.#context.rebuild(this);
        break;
      }
    }
    await closeReplay(knex, this.id, asked);
  }

  /**
   * Applies the events of one aggregate that wait, a batch at a time.
   *
   * @returns false when that would be out of order; nothing was written then
   */
  async #replayOne(row: QuarantineRow): Promise<boolean> {
    let { version, waiting } = row;
    let size = this.#context.settings.batchSize;
    for (;;) {
      const events = await this.#readWaiting(row, version, size);
      let refused: unknown;
      try {
        const done = await this.#replayBatch(row, events, {
          isLast: events.length < size,
          waiting,
        });
        if (done !== 'more') {
          return done !== 'out of order';
        }
      } catch (error) {
        if (!isDataError(error)) {
          throw error;
        }
        this.target.forget();
        refused = error;
      }
      if (refused !== undefined && events.length > 1) {
        // One by one from here on, to find the event that is refused.
        size = 1;
      } else if (refused !== undefined) {
        await this.#save(
          this.#position,
          undefined,
          [
            quarantinePart(this.id, [
              { ...row, version, waiting, cause: causeOf(refused) },
            ]),
          ],
          { events: 0, quarantined: 0 },
        );
        return true;
      } else {
        version = (events.at(-1)!.version + 1) as Version;
        waiting -= events.length;
      }
    }
  }

  /** The next events of an aggregate from a version on, as far as the view is. */
  async #readWaiting(
    { aggregateId, position }: QuarantineRow,
    version: Version,
    limit: number,
  ): Promise<FeedEvent[]> {
    const events: FeedEvent[] = [];
    let after = (position - 1) as Position;
    while (after < this.#position && events.length < limit) {
      const batch = await readInOrder(this.#context.log, {
        after,
        limit,
        filter: { aggregateId },
      });
      events.push(
        ...batch.events.filter(
          event => event.version >= version && event.position <= this.#position,
        ),
      );
      after = batch.through;
    }
    return events.slice(0, limit);
  }

  async #replayBatch(
    { aggregateId }: QuarantineRow,
    events: readonly FeedEvent[],
    { isLast, waiting }: { isLast: boolean; waiting: number },
  ): Promise<'healed' | 'failed' | 'more' | 'out of order'> {
    const { knex } = this.#context;
    const folded = await foldBatch(this.target, events, {
      isQuarantined: () => false,
      track: true,
      fetch: () => this.target.fetch(knex),
    });
    if (await isOutOfOrder(knex, this.id, folded.touched)) {
      this.target.forget();
      return 'out of order';
    }
    const failure = folded.failed.get(aggregateId);
    const healed = !failure && isLast;
    const left = waiting - folded.applied;
    const parts = this.target.parts();
    if (healed) {
      parts.push(healPart(this.id, aggregateId));
    } else if (failure) {
      parts.push(quarantinePart(this.id, [{ ...failure, waiting: left }]));
    } else {
      parts.push(advancePart(this.id, events.at(-1)!, left));
    }
    const clear = healed && this.#quarantine.size === 1;
    parts.push(
      clear ? untouchedPart(this.id) : touchedPart(this.id, folded.touched),
    );
    await this.#save(this.#position, undefined, parts, {
      events: folded.applied,
      quarantined: healed ? -1 : 0,
      tracked: clear ? true : undefined,
    });
    this.target.written();
    if (!healed) {
      return failure ? 'failed' : 'more';
    }
    this.#quarantine.delete(aggregateId);
    if (clear) {
      this.#touchedRows = 0;
    }
    this.#context.logger.info(
      `${describe(this.#row)}: ${aggregateId} is out of quarantine`,
    );
    return 'healed';
  }

  #advance(through: Position, last: FeedEvent | undefined): void {
    this.#position = through;
    if (last) {
      this.#last = toLastEvent(last);
    }
    const reached = this.#waiters.filter(w => w.position <= through);
    if (reached.length > 0) {
      this.#waiters = this.#waiters.filter(w => w.position > through);
      reached.forEach(({ resolve }) => resolve());
    }
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

function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && DATA_ERROR.test(code);
}

function toLastEvent({ position, id, recordedAt }: FeedEvent): LastEvent {
  return { position, id, recordedAt };
}

/** Whether the log still has the event that the spooler saw last. */
async function isSameLog(log: EventLog, row: SpoolerRow): Promise<boolean> {
  if ((await log.incarnation()) !== row.incarnation) {
    return false;
  }
  const { position } = await log.head();
  if (position < row.position) {
    return false;
  }
  if (!row.anchor) {
    return true;
  }
  const { events } = await readInOrder(log, {
    after: (row.anchor.position - 1) as Position,
    limit: 1,
  });
  return events[0]?.id === row.anchor.event;
}
