import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { storedRows } from '../log/read/storedRows';
import { leafHash, merkleRoot } from './merkle';
import { headHash, signHead } from './sealHead';
import type { SigningKeys } from './SigningKeys';

/** Events in one block, at most. */
const BLOCK_SIZE = 1_000;

const SEAL_LOCK = 1_702_258_036;

/**
 * Seals the log behind the appends: full blocks at once, the rest when it has
 * waited long enough. Every node may try; one does it.
 */
export class Sealer {
  readonly #knex: Knex;
  readonly #keys: SigningKeys;
  readonly #logger?: LoggerService;
  readonly #intervalMs: number;
  readonly #sealAfterMs: number;
  #timer?: NodeJS.Timeout;
  #working: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #failing = false;

  /**
   * @param options - `intervalMs`: how often to look (10 s); `sealAfterMs`: how
   * long an event may stay unsealed (60 s)
   */
  constructor(options: {
    knex: Knex;
    keys: SigningKeys;
    logger?: LoggerService;
    intervalMs?: number;
    sealAfterMs?: number;
  }) {
    this.#knex = options.knex;
    this.#keys = options.keys;
    this.#logger = options.logger;
    this.#intervalMs = options.intervalMs ?? 10_000;
    this.#sealAfterMs = options.sealAfterMs ?? 60_000;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#working = this.#tick().finally(() => {
        if (!this.#stopped) {
          this.start();
        }
      });
    }, this.#intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  /**
   * Seals all that is in the log.
   *
   * @returns how many blocks were added
   * @throws MasterKeyMissingError
   */
  async seal(): Promise<number> {
    let blocks = 0;
    while (await this.#sealBlock({ partlyBefore: new Date(8.64e15) })) {
      blocks += 1;
    }
    return blocks;
  }

  async #tick(): Promise<void> {
    try {
      const partlyBefore = new Date(Date.now() - this.#sealAfterMs);
      while (!this.#stopped && (await this.#sealBlock({ partlyBefore }))) {
        // until nothing is left to seal
      }
      this.#failing = false;
    } catch (error) {
      // Said once, not every ten seconds.
      if (!this.#failing) {
        this.#logger?.warn('The log could not be sealed', error as Error);
      }
      this.#failing = true;
    }
  }

  /**
   * Adds one block, if there are events for it.
   *
   * @param options - `partlyBefore`: a block that is not full is sealed when
   * its first event is older than this
   */
  #sealBlock(options: { partlyBefore: Date }): Promise<boolean> {
    return this.#knex.transaction(async transaction => {
      const { rows: locks } = await transaction.raw<{
        rows: { held: boolean }[];
      }>('select pg_try_advisory_xact_lock(?) as held', [SEAL_LOCK]);
      if (!locks[0]!.held) {
        return false;
      }
      const last = await transaction('seals')
        .select('block', 'last_position', 'head')
        .orderBy('block', 'desc')
        .first();
      const first = Number(last?.last_position ?? 0) + 1;
      const events = await storedRows(transaction, {
        first,
        last: first + BLOCK_SIZE - 1,
      });
      const oldest = events[0];
      if (
        !oldest ||
        (events.length < BLOCK_SIZE &&
          Number(oldest[11]) > options.partlyBefore.getTime())
      ) {
        return false;
      }
      if (events.some((event, index) => Number(event[0]) !== first + index)) {
        throw new Error(
          `The log has a hole after position ${first - 1}; it cannot be sealed further. Verify it`,
        );
      }
      const leaves = events.map(leafHash);
      const key = await this.#keys.current();
      const head = {
        v: 1 as const,
        block: Number(last?.block ?? 0) + 1,
        first,
        last: first + events.length - 1,
        root: merkleRoot(leaves).toString('base64url'),
        previous: last ? headHash(last.head) : '',
        sealedAt: new Date().toISOString(),
      };
      const signed = await signHead(head, key);
      await transaction('seals').insert({
        block: head.block,
        first_position: head.first,
        last_position: head.last,
        leaves: Buffer.concat(leaves),
        head: signed,
      });
      // Beside the database, so that cutting off the end is noticed as well.
      this.#logger?.info(
        `Sealed events ${head.first} to ${head.last}: block ${
          head.block
        }, head ${headHash(signed)}`,
      );
      return true;
    });
  }
}
