import type { Position } from '@callboard/plugin-eventstore-common';
import type { StatementPart } from '../projections/statements';
import type { FeedEvent } from './EventFeed';
import { foldBatch, type FoldedBatch } from './foldBatch';
import { isDataError } from './isDataError';
import { commitBatch, type LastEvent } from './operations/commitBatch';
import { countTouched } from './operations/countTouched';
import {
  quarantinePart,
  touchedPart,
  waitingPart,
} from './operations/quarantine';
import type { Quarantine } from './Quarantine';
import type { SpoolerContext } from './SpoolerContext';
import { describe, type SpoolerRow } from './tables';
import { refusing, type Target } from './Target';

/** The spooler that is written for, as it is at each moment. */
export interface Led {
  readonly row: SpoolerRow;
  readonly rate: number;
  readonly target: Target;
  readonly quarantine: Quarantine;
}

/** Events that concern the view, out of a piece of the log. */
export interface SpoolBatch {
  readonly events: readonly FeedEvent[];
  /** Where the view is once they are written. */
  readonly through: Position;
  /** The last event of the piece, whether it concerns the view or not. */
  readonly last: FeedEvent | undefined;
}

/**
 * Folds batches of events and writes them: changes, quarantine and checkpoint
 * in one statement, under the epoch of the lease.
 */
export class SpoolWriter {
  readonly #led: Led;
  readonly #context: SpoolerContext;

  constructor(led: Led, context: SpoolerContext) {
    this.#led = led;
    this.#context = context;
  }

  /**
   * Writes a batch. When the database refuses it because of its content, it is
   * halved until the one event at fault is found, which goes into quarantine.
   *
   * @param onPart - told of each part that is written
   * @throws DeposedError, and what the database throws for any other reason
   */
  async write(
    batch: SpoolBatch,
    onPart: (part: SpoolBatch) => void,
  ): Promise<void> {
    const { events } = batch;
    try {
      await this.#context.gate.run(
        () => this.#foldAndCommit(batch),
        this.#led.row.state === 'live',
      );
    } catch (error) {
      if (!isDataError(error)) {
        throw error;
      }
      this.#led.target.forget();
      if (events.length > 1) {
        const half = Math.ceil(events.length / 2);
        const border = events[half - 1]!;
        await this.write(
          {
            events: events.slice(0, half),
            through: border.position,
            last: border,
          },
          onPart,
        );
        await this.write({ ...batch, events: events.slice(half) }, onPart);
        return;
      }
      await this.#quarantineOnly(batch, error);
    }
    onPart(batch);
  }

  /**
   * Moves the checkpoint, together with the given parts.
   *
   * @param more - `events`: how many are applied; `quarantined`: how many
   * aggregates more are in quarantine; `tracked`: see {@link Quarantine}
   * @throws DeposedError
   */
  async save(
    through: Position,
    last: FeedEvent | undefined,
    parts: readonly StatementPart[],
    more: { events: number; quarantined: number; tracked?: boolean },
  ): Promise<void> {
    const { row, rate } = this.#led;
    await commitBatch(
      this.#context.knex,
      {
        spoolerId: row.id,
        epoch: row.epoch,
        position: through,
        last: last && toLastEvent(last),
        rate,
        leaseMs: this.#context.settings.leaseMs,
        ...more,
      },
      parts,
    );
  }

  async #foldAndCommit(batch: SpoolBatch): Promise<void> {
    const { target, quarantine } = this.#led;
    const folded = await foldBatch(target, batch.events, {
      isQuarantined: id => quarantine.has(id),
      track: quarantine.size > 0,
      fetch: () => target.fetch(this.#context.knex),
    });
    await this.#commit(batch, folded, target.parts());
  }

  /** The database refuses what this one event makes of the view. */
  async #quarantineOnly(batch: SpoolBatch, error: unknown): Promise<void> {
    const folded = await foldBatch(
      refusing(this.#led.target.types, error),
      batch.events,
      { isQuarantined: () => false, track: false, fetch: async () => {} },
    );
    await this.#commit(batch, folded, []);
  }

  async #commit(
    { through, last }: SpoolBatch,
    folded: FoldedBatch,
    changes: readonly StatementPart[],
  ): Promise<void> {
    const { row, target, quarantine } = this.#led;
    const parts = [...changes];
    if (folded.failed.size > 0) {
      parts.push(quarantinePart(row.id, [...folded.failed.values()]));
    }
    if (folded.waiting.size > 0) {
      parts.push(waitingPart(row.id, folded.waiting));
    }
    const tracked = await quarantine.canTrack(folded.touched.size, () =>
      countTouched(this.#context.knex, row.id),
    );
    if (tracked && folded.touched.size > 0) {
      parts.push(touchedPart(row.id, folded.touched));
    }
    await this.save(through, last, parts, {
      events: folded.applied,
      quarantined: folded.failed.size,
      tracked: tracked === quarantine.tracked ? undefined : tracked,
    });
    target.written();
    quarantine.setTracked(tracked);
    for (const [id, failure] of folded.failed) {
      quarantine.add(id);
      this.#context.logger.error(
        `${describe(row)}: ${id} is in quarantine, event ${failure.type} at position ${failure.position} failed: ${failure.cause}`,
      );
    }
  }
}

/** What is kept of an event to know the log again by. */
export function toLastEvent({
  position,
  id,
  recordedAt,
}: FeedEvent): LastEvent {
  return { position, id, recordedAt };
}
