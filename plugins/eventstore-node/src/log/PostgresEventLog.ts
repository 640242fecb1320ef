import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  BadArgumentError,
  EventRegistry,
  EventStoreError,
  StoreUnreachableError,
  type AggregateId,
  type EventEnvelope,
  type EventId,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { isUnreachable } from '../database/isUnreachable';
import type { PersonalData } from '../personal/PersonalData';
import { BatchWriter } from './append/BatchWriter';
import { GroupCommit } from './append/GroupCommit';
import { prepareAppend } from './append/prepareAppend';
import type { PreparedAppend } from './append/PreparedAppend';
import { AppendedBus } from './AppendedBus';
import type {
  AppendedNotice,
  AppendRequest,
  AppendResult,
  EventBatch,
  EventFilter,
  EventLog,
  EventPage,
  LogHead,
  UnreadableEvent,
} from './EventLog';
import { noMetrics, type LogMetrics } from './LogMetrics';
import { readAggregate, readEvent, readLast } from './read/readAggregate';
import { readAll, readBatch } from './read/readBatch';
import { readHead, readPositionAt } from './read/readHead';
import { readPage } from './read/readPage';
import { selectRows } from './read/selectEvents';

/**
 * How hard the log tries, and how much it lets wait.
 *
 * @public
 */
export interface EventLogSettings {
  /** A batch is closed at so many events. 2,000 when left out. */
  maxBatchEvents?: number;
  /** A batch is closed at so many bytes of payload. 8 MiB when left out. */
  maxBatchBytes?: number;
  /** Appends that may wait before callers are told it is busy; 10,000. */
  maxQueuedAppends?: number;
  /** Bytes of payload that may wait; 128 MiB. */
  maxQueuedBytes?: number;
  /** How long one attempt at a batch may take, in ms; 15,000. */
  attemptTimeoutMs?: number;
  /** How long a database that does not answer is tried, in ms; 15,000. */
  unreachableAfterMs?: number;
  /** How long stopping waits for what is still queued, in ms; 20,000. */
  drainTimeoutMs?: number;
}

/**
 * The log in a PostgreSQL database whose tables have been made with
 * `migrateLog`.
 */
export class PostgresEventLog implements EventLog {
  readonly registry: EventRegistry;
  readonly #knex: Knex;
  readonly #personal: PersonalData;
  readonly #queue: GroupCommit<PreparedAppend, AppendResult>;
  readonly #writer: BatchWriter;
  readonly #bus: AppendedBus;
  #metrics: LogMetrics = noMetrics;
  readonly #drainTimeoutMs: number;

  constructor(options: {
    knex: Knex;
    registry: EventRegistry;
    personal: PersonalData;
    logger?: LoggerService;
    settings?: EventLogSettings;
  }) {
    const { knex, registry, logger, settings = {} } = options;
    this.registry = registry;
    this.#knex = knex;
    this.#personal = options.personal;
    this.#bus = new AppendedBus({ knex, logger });
    this.#drainTimeoutMs = settings.drainTimeoutMs ?? 20_000;
    this.#writer = new BatchWriter({
      knex,
      attemptTimeoutMs: settings.attemptTimeoutMs ?? 15_000,
      unreachableAfterMs: settings.unreachableAfterMs ?? 15_000,
      onWritten: batch => {
        this.#metrics.batchWritten(batch);
        if (batch.events > 0) {
          this.#bus.publish(batch.position as Position);
        }
      },
    });
    this.#queue = new GroupCommit({
      write: items => this.#writer.write(items),
      maxBatchEvents: settings.maxBatchEvents ?? 2_000,
      maxBatchBytes: settings.maxBatchBytes ?? 8 * 1024 * 1024,
      maxQueuedItems: settings.maxQueuedAppends ?? 10_000,
      maxQueuedBytes: settings.maxQueuedBytes ?? 128 * 1024 * 1024,
    });
  }

  /** Reports to these metrics from now on. */
  useMetrics(metrics: LogMetrics): void {
    this.#metrics = metrics;
    metrics.observeQueue(() => this.#queue.queued);
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    try {
      const prepared = await this.#reachably(
        prepareAppend(request, this.registry, this.#personal),
      );
      return await this.#queue.submit(prepared);
    } catch (error) {
      this.#metrics.appendFailed(
        error instanceof EventStoreError ? error.code : 'unknown',
      );
      throw error;
    }
  }

  readAggregate(
    id: AggregateId,
    options?: {
      after?: Version;
      through?: Position;
      limit?: number;
      personalContext?: boolean;
    },
  ): Promise<EventEnvelope[]> {
    return this.#reachably(readAggregate(this.#reader, id, options));
  }

  async versionOf(id: AggregateId): Promise<Version> {
    return (await this.#reachably(readLast(this.#knex, id))).version;
  }

  async positionOf(id: AggregateId): Promise<Position> {
    return (await this.#reachably(readLast(this.#knex, id))).position;
  }

  readBatch(options: {
    after: Position;
    limit?: number;
    filter?: EventFilter;
    onUnreadable?: (event: UnreadableEvent) => void;
    personalContext?: boolean;
  }): Promise<EventBatch> {
    return this.#reachably(readBatch(this.#reader, options));
  }

  async *readAll(
    options: {
      after?: Position;
      through?: Position;
      batchSize?: number;
      filter?: EventFilter;
      onUnreadable?: (event: UnreadableEvent) => void;
      personalContext?: boolean;
    } = {},
  ): AsyncGenerator<EventBatch> {
    try {
      yield* readAll(this.#reader, options);
    } catch (error) {
      throw asUnreachable(error);
    }
  }

  readPage(
    options: {
      filter?: EventFilter;
      limit?: number;
      cursor?: string;
      through?: Position;
    } = {},
  ): Promise<EventPage> {
    return this.#reachably(readPage(this.#reader, options));
  }

  readEvent(id: EventId): Promise<EventEnvelope | undefined> {
    return this.#reachably(readEvent(this.#reader, id));
  }

  head(): Promise<LogHead> {
    return this.#reachably(readHead(this.#knex));
  }

  async incarnation(): Promise<string> {
    const [row] = await this.#reachably(
      selectRows(this.#knex, 'select id from incarnation', []),
    );
    return row![0]!;
  }

  async positionAt(time: Date): Promise<Position> {
    if (!(time instanceof Date) || Number.isNaN(time.getTime())) {
      throw new BadArgumentError('time', 'must be a valid date');
    }
    return this.#reachably(readPositionAt(this.#knex, time));
  }

  subscribe(listener: (notice: AppendedNotice) => void): () => void {
    return this.#bus.subscribe(listener);
  }

  /**
   * Takes no more appends, writes those that wait, and tells of them. Reads go
   * on. The database is left open.
   */
  async close(): Promise<void> {
    await this.#queue.close(this.#drainTimeoutMs);
    this.#writer.close();
    await this.#bus.close();
  }

  get #reader() {
    return {
      knex: this.#knex,
      registry: this.registry,
      personal: this.#personal,
    };
  }

  async #reachably<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw asUnreachable(error);
    }
  }
}

function asUnreachable(error: unknown): unknown {
  return isUnreachable(error) ? new StoreUnreachableError(error) : error;
}
