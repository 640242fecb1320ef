import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { Client } from 'pg';
import { openConnection } from '../database/connections';
import { APPENDED_CHANNEL, type EventLog } from '../log/EventLog';

/** The PostgreSQL channel on which spoolers speak to those of other processes. */
const SPOOLERS_CHANNEL = 'eventstore_spoolers';

/** Somebody waits for events that leaders may not know of: look at the log. */
export const WANTED = 'wanted';

/** Wake-ups within this time are given as one. */
const COALESCE_MS = 3;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const KEEP_ALIVE_MS = 30_000;
/** So many times less often the log is polled while all news is told by others. */
const MOST_PATIENT = 5;
const KEEP_ALIVE_TIMEOUT_MS = 10_000;

/**
 * Where the log ends, as soon as that can be known. One for each process.
 *
 * Three things say that the log has grown: this process when it has appended,
 * other processes by NOTIFY, and a poll. The first two are hints that may be
 * lost; the poll makes up for it. As long as it finds nothing that was not told,
 * it comes less often. The connection that listens is made anew when it breaks,
 * and asked from time to time whether it still answers.
 */
export class LogWatch {
  readonly #log: EventLog;
  readonly #knex: Knex;
  readonly #logger: LoggerService;
  readonly #pollMs: number;
  readonly #listens: boolean;
  readonly #onMoved = new Set<() => void>();
  readonly #onSignal = new Set<(signal: string) => void>();
  #head = 0 as Position;
  #lastGiven = 0;
  #giving?: NodeJS.Timeout;
  #polling?: NodeJS.Timeout;
  #keepAlive?: NodeJS.Timeout;
  #reconnecting?: NodeJS.Timeout;
  #client?: Client;
  #pause = FIRST_PAUSE_MS;
  #patience = 1;
  #unsubscribe?: () => void;
  #running = false;

  /**
   * @param options - `knex`: the log's database; `listens`: whether to listen
   * for other processes
   */
  constructor(options: {
    log: EventLog;
    knex: Knex;
    logger: LoggerService;
    pollMs: number;
    listens?: boolean;
  }) {
    this.#log = options.log;
    this.#knex = options.knex;
    this.#logger = options.logger;
    this.#pollMs = options.pollMs;
    this.#listens = options.listens ?? true;
  }

  /** The highest position known; the log may be further by now. */
  get head(): Position {
    return this.#head;
  }

  /** Calls back when the log has grown, or may have. */
  onMoved(listener: () => void): () => void {
    this.#onMoved.add(listener);
    return () => this.#onMoved.delete(listener);
  }

  /** Calls back with what another process (or this one) said by `signal`. */
  onSignal(listener: (signal: string) => void): () => void {
    this.#onSignal.add(listener);
    return () => this.#onSignal.delete(listener);
  }

  /** Says something to the spoolers of all processes. A hint: it may be lost. */
  async signal(signal: string): Promise<void> {
    try {
      await this.#knex.raw('SELECT pg_notify(?, ?)', [
        SPOOLERS_CHANNEL,
        signal,
      ]);
    } catch (error) {
      this.#logger.debug(`Could not signal other spoolers: ${error}`);
    }
  }

  /** A position that exists in the log. */
  reached(position: Position): void {
    if (position > this.#head) {
      this.#head = position;
      this.#give();
    }
  }

  start(): void {
    if (this.#running) {
      return;
    }
    this.#running = true;
    this.#unsubscribe = this.#log.subscribe(({ position }) =>
      this.reached(position),
    );
    if (this.#listens) {
      void this.#listen();
    }
    void this.#poll();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#unsubscribe?.();
    clearTimeout(this.#giving);
    clearTimeout(this.#polling);
    clearTimeout(this.#reconnecting);
    await this.#hangUp();
  }

  /** Asks the log where it ends. */
  async ask(): Promise<Position> {
    const { position } = await this.#log.head();
    this.reached(position);
    return position;
  }

  async #poll(): Promise<void> {
    try {
      // Nobody to tell: nobody leads here and nobody waits.
      if (this.#onMoved.size > 0) {
        const known = this.#head;
        const missed = (await this.ask()) > known;
        this.#patience =
          missed || !this.#client
            ? 1
            : Math.min(this.#patience * 2, MOST_PATIENT);
      }
    } catch (error) {
      this.#patience = 1;
      this.#logger.debug(`Could not ask where the log ends: ${error}`);
    }
    if (this.#running) {
      this.#polling = setTimeout(
        () => this.#poll(),
        this.#pollMs * this.#patience,
      );
    }
  }

  #give(): void {
    if (this.#giving) {
      return;
    }
    const since = performance.now() - this.#lastGiven;
    if (since >= COALESCE_MS) {
      this.#giveNow();
    } else {
      this.#giving = setTimeout(() => this.#giveNow(), COALESCE_MS - since);
    }
  }

  #giveNow(): void {
    this.#giving = undefined;
    this.#lastGiven = performance.now();
    for (const listener of this.#onMoved) {
      listener();
    }
  }

  async #listen(): Promise<void> {
    let client: Client | undefined;
    try {
      const connected = await openConnection(this.#knex);
      client = connected;
      connected.on('notification', ({ channel, payload }) =>
        this.#heard(channel, payload ?? ''),
      );
      connected.on('error', error => this.#lost(connected, error));
      connected.on('end', () => this.#lost(connected, 'connection ended'));
      this.#client = connected;
      await connected.query(
        `LISTEN ${APPENDED_CHANNEL}; LISTEN ${SPOOLERS_CHANNEL}`,
      );
      if (!this.#running) {
        await this.#hangUp();
        return;
      }
      this.#pause = FIRST_PAUSE_MS;
      this.#keepAlive = setInterval(
        () => this.#checkAlive(connected),
        KEEP_ALIVE_MS,
      );
      // What was said while nobody listened.
      this.#onSignal.forEach(listener => listener('*'));
      await this.ask();
    } catch (error) {
      this.#lost(client, error);
    }
  }

  #heard(channel: string, payload: string): void {
    if (channel === APPENDED_CHANNEL) {
      const position = Number(payload);
      if (Number.isSafeInteger(position)) {
        this.reached(position as Position);
      }
    } else {
      this.#onSignal.forEach(listener => listener(payload));
    }
  }

  async #checkAlive(client: Client): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error('no answer')),
        KEEP_ALIVE_TIMEOUT_MS,
      );
    });
    try {
      await Promise.race([client.query('SELECT 1'), timeout]);
    } catch (error) {
      this.#lost(client, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(client: Client | undefined, error: unknown): void {
    if (client !== this.#client) {
      return;
    }
    this.#patience = 1;
    void this.#hangUp();
    if (!this.#running || this.#reconnecting) {
      return;
    }
    this.#logger.warn(
      `Not listening for other processes, trying again in ${this.#pause} ms: ${error}`,
    );
    this.#reconnecting = setTimeout(() => {
      this.#reconnecting = undefined;
      void this.#listen();
    }, this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  async #hangUp(): Promise<void> {
    clearInterval(this.#keepAlive);
    const client = this.#client;
    this.#client = undefined;
    if (client) {
      client.removeAllListeners();
      // A broken connection still reports errors; nobody needs them.
      client.on('error', () => {});
      await client.end().catch(() => {});
    }
  }
}
