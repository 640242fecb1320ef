import type { Position, Version } from '@callboard/plugin-eventstore-common';
import { readInOrder, type FeedEvent } from './EventFeed';
import { foldBatch } from './foldBatch';
import { isDataError } from './isDataError';
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
  type QuarantineRow,
} from './operations/quarantine';
import type { SpoolerContext } from './SpoolerContext';
import type { Led, SpoolWriter } from './SpoolWriter';
import { describe } from './tables';

/** The spooler whose quarantine is replayed. */
export interface ReplayedSpooler extends Led {
  readonly position: Position;
  readonly leading: boolean;
}

/**
 * Applies what waits in quarantine: the events of one aggregate after the
 * other, in order, a batch at a time. Each batch moves the aggregate's place in
 * the same statement, so that one that is interrupted goes on where it was.
 *
 * Events that would come out of order, since later ones have used the same
 * rows, are not applied; then only filling the view anew makes it right.
 */
export class Replay {
  readonly #spooler: ReplayedSpooler;
  readonly #writer: SpoolWriter;
  readonly #context: SpoolerContext;

  constructor(
    spooler: ReplayedSpooler,
    writer: SpoolWriter,
    context: SpoolerContext,
  ) {
    this.#spooler = spooler;
    this.#writer = writer;
    this.#context = context;
  }

  /**
   * Tries the aggregates for which that was asked.
   *
   * @param rebuild - called when quarantine cannot be healed in place
   */
  async run(rebuild: () => Promise<void>): Promise<void> {
    const { knex, logger } = this.#context;
    const { row, quarantine } = this.#spooler;
    const asked = (await selectQuarantine(knex, [row.id])).filter(
      ({ replayAt }) => replayAt !== null,
    );
    for (const one of asked) {
      if (!this.#spooler.leading) {
        return;
      }
      if (!quarantine.tracked || !(await this.#replayOne(one))) {
        logger.info(
          `${describe(row)}: later events used the same rows as those in quarantine; rebuilding it instead`,
        );
        await rebuild();
        break;
      }
    }
    await closeReplay(knex, row.id, asked);
  }

  /** @returns false when that would be out of order; nothing was written then */
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
        this.#spooler.target.forget();
        refused = error;
      }
      if (refused !== undefined && events.length > 1) {
        // One by one from here on, to find the event that is refused.
        size = 1;
      } else if (refused !== undefined) {
        await this.#failAgain({ ...row, version, waiting }, refused);
        return true;
      } else {
        version = (events.at(-1)!.version + 1) as Version;
        waiting -= events.length;
      }
    }
  }

  /** The database refuses the first event that waits. */
  async #failAgain(row: QuarantineRow, error: unknown): Promise<void> {
    const part = quarantinePart(this.#spooler.row.id, [
      { ...row, cause: causeOf(error) },
    ]);
    await this.#writer.save(this.#spooler.position, undefined, [part], {
      events: 0,
      quarantined: 0,
    });
  }

  /** The next events of an aggregate from a version on, as far as the view is. */
  async #readWaiting(
    { aggregateId, position }: QuarantineRow,
    version: Version,
    limit: number,
  ): Promise<FeedEvent[]> {
    const events: FeedEvent[] = [];
    const until = this.#spooler.position;
    let after = (position - 1) as Position;
    while (after < until && events.length < limit) {
      const batch = await readInOrder(this.#context.log, {
        after,
        limit,
        filter: { aggregateId },
      });
      events.push(
        ...batch.events.filter(
          event => event.version >= version && event.position <= until,
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
    const { knex, logger } = this.#context;
    const { row, target, quarantine, position } = this.#spooler;
    const folded = await foldBatch(target, events, {
      isQuarantined: () => false,
      track: true,
      fetch: () => target.fetch(knex),
    });
    if (await isOutOfOrder(knex, row.id, folded.touched)) {
      target.forget();
      return 'out of order';
    }
    const failure = folded.failed.get(aggregateId);
    const healed = !failure && isLast;
    const left = waiting - folded.applied;
    const parts = target.parts();
    if (healed) {
      parts.push(healPart(row.id, aggregateId));
    } else if (failure) {
      parts.push(quarantinePart(row.id, [{ ...failure, waiting: left }]));
    } else {
      parts.push(advancePart(row.id, events.at(-1)!, left));
    }
    const clear = healed && quarantine.size === 1;
    parts.push(
      clear ? untouchedPart(row.id) : touchedPart(row.id, folded.touched),
    );
    await this.#writer.save(position, undefined, parts, {
      events: folded.applied,
      quarantined: healed ? -1 : 0,
      tracked: clear ? true : undefined,
    });
    target.written();
    if (!healed) {
      return failure ? 'failed' : 'more';
    }
    quarantine.delete(aggregateId);
    if (clear) {
      quarantine.cleared();
    }
    logger.info(`${describe(row)}: ${aggregateId} is out of quarantine`);
    return 'healed';
  }
}
