import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import {
  BadArgumentError,
  EventIdTakenError,
  EventStoreError,
  StoreFailedError,
  StoreUnreachableError,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { isUnreachable } from '../../database/isUnreachable';
import type { AppendResult } from '../EventLog';
import { AppendConnections, cut } from './AppendConnections';
import {
  callAppendEvent,
  callAppendEvents,
  isLoneEvent,
  type AppendEventsAnswer,
  type RawConnection,
} from './callAppendEvents';
import type { Settled } from './GroupCommit';
import type { PreparedAppend } from './PreparedAppend';
import { settleBatch } from './settleBatch';

export interface BatchWriterOptions {
  knex: Knex;
  /** How long one attempt may take before its connection is given up. */
  attemptTimeoutMs: number;
  /** How long the database is tried before appends fail as unreachable. */
  unreachableAfterMs: number;
  /** Told of every batch that was written. */
  onWritten?(batch: {
    appends: number;
    events: number;
    /** Of the last event stored. */
    position: number;
    seconds: number;
  }): void;
}

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Writes batches of appends, and settles what goes wrong:
 *
 * - The database cannot be reached, or the connection broke with the outcome
 *   unknown: the same batch is sent again, asking which ids are stored by now,
 *   until it is answered or `unreachableAfterMs` is over.
 * - The batch was refused for another reason: each append is sent by itself, so
 *   that only the one at fault fails.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  /**
   * A prepared statement saves an eighth of the CPU time of a small batch. A
   * connection pooler in transaction mode may not support it; then it is off.
   */
  #prepared = true;

  readonly #connections: AppendConnections;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#connections = new AppendConnections(options.knex);
  }

  /** Keeps no connection any more. */
  close(): void {
    this.#connections.giveBackAll();
  }

  /** Settles each append by its index. Never rejects. */
  async write(
    items: readonly PreparedAppend[],
  ): Promise<Settled<AppendResult>[]> {
    try {
      return await this.#writeReachably(items);
    } catch (error) {
      if (error instanceof StoreUnreachableError) {
        return items.map(() => ({ error }));
      }
      if (items.length > 1) {
        const settled: Settled<AppendResult>[] = [];
        for (const item of items) {
          settled.push(...(await this.write([item])));
        }
        return settled;
      }
      return [{ error: explain(error, items[0]!) }];
    }
  }

  async #writeReachably(
    items: readonly PreparedAppend[],
  ): Promise<Settled<AppendResult>[]> {
    const startedAt = performance.now();
    let checkIds = items.some(
      item =>
        item.idsFromCaller && item.parts.some(part => part.expected === -1),
    );
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      try {
        return await this.#writeOnce(items, checkIds);
      } catch (error) {
        if (this.#prepared && isLostStatement(error)) {
          this.#prepared = false;
          continue;
        }
        if (!isUnreachable(error)) {
          throw error;
        }
        const elapsed = performance.now() - startedAt;
        if (elapsed + pause > this.#options.unreachableAfterMs) {
          throw new StoreUnreachableError(error);
        }
        checkIds = true;
        await setTimeoutPromise(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #writeOnce(
    items: readonly PreparedAppend[],
    checkIds: boolean,
  ): Promise<Settled<AppendResult>[]> {
    const { attemptTimeoutMs } = this.#options;
    const startedAt = performance.now();
    const connection = await this.#connections.acquire(attemptTimeoutMs);
    // A connection that does not answer is cut; the driver then fails the query.
    const timer = setTimeout(() => cut(connection), attemptTimeoutMs);
    let answer: AppendEventsAnswer;
    try {
      answer = await this.#call(connection, items, checkIds);
      this.#connections.release(connection);
    } catch (error) {
      this.#connections.giveBack(connection);
      throw error;
    } finally {
      clearTimeout(timer);
    }
    const settled = settleBatch(items, answer);
    let events = 0;
    for (const outcome of settled) {
      if ('value' in outcome && !outcome.value.duplicate) {
        events += outcome.value.events.length;
      }
    }
    this.#options.onWritten?.({
      appends: items.length,
      events,
      position: answer.base + events,
      seconds: (performance.now() - startedAt) / 1000,
    });
    return settled;
  }

  async #call(
    connection: RawConnection,
    items: readonly PreparedAppend[],
    checkIds: boolean,
  ): Promise<AppendEventsAnswer> {
    const prepared = this.#prepared;
    if (!checkIds && isLoneEvent(items)) {
      const answer = await callAppendEvent(connection, items[0]!, { prepared });
      if (answer) {
        return answer;
      }
    }
    return callAppendEvents(connection, items, { checkIds, prepared });
  }
}

/** The pooler gave us a server connection that does not know our statement. */
function isLostStatement(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === '26000' || code === '42P05';
}

/** What a refusal by the database means for the one append it is about. */
function explain(error: unknown, item: PreparedAppend): unknown {
  if (error instanceof EventStoreError) {
    return error;
  }
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === '23505' && constraint === 'events_id') {
    const detail = String((error as { detail?: string }).detail);
    const id = /\(event_id\)=\(([^)]*)\)/.exec(detail)?.[1];
    return new EventIdTakenError(id ?? item.parts[0]!.events[0]!.id);
  }
  if (code?.startsWith('22')) {
    return new BadArgumentError(
      'append',
      `the database cannot store it: ${(error as Error).message}`,
      { cause: error },
    );
  }
  return new StoreFailedError('The append could not be stored', error);
}
