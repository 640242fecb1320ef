import { EventEmitter } from 'node:events';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { StoreFailedError } from '@callboard/plugin-eventstore-common';
import {
  Logger,
  run,
  runMigrations,
  type Runner,
  type RunnerOptions,
  type TaskList,
} from 'graphile-worker';
import type { Knex } from 'knex';
import type { Pool } from 'pg';
import { openPool } from '../database/connections';
import type { EventLog } from '../log/EventLog';
import { quote } from '../projections/statements';
import { pause } from '../spoolers/pause';
import type { Workers } from '../spoolers/Workers';
import type { JobAttempt, Reactor } from './defineReactor';
import type { JobPayload } from './JobTarget';

/**
 * How jobs are run.
 *
 * @public
 */
export interface JobSettings {
  /** Jobs of one plugin that run at once in one process. */
  readonly concurrency: number;
  /** How often it is looked for jobs whose pause is over, in ms. */
  readonly pollMs: number;
  /** How long a job under way may go on when the process stops, in ms. */
  readonly stopMs: number;
}

export const defaultJobSettings: JobSettings = {
  concurrency: 4,
  pollMs: 5_000,
  stopMs: 5_000,
};

const silent = new Logger(() => () => {});

/** Makes or updates the tables of the job queue. */
export async function migrateJobs(knex: Knex, schema: string): Promise<void> {
  const pool = await openPool(knex, 1);
  try {
    await runMigrations({ pgPool: asPool(pool), schema, logger: silent });
  } finally {
    await pool.end();
  }
}

interface JobRunnerStart {
  readonly reactors: readonly Reactor[];
  readonly log: EventLog;
  readonly logger: LoggerService;
  readonly settings: JobSettings;
}

const RESTART_MS = 1_000;

/** For a job to end after it has been told to. */
const GRACE_MS = 1_000;

/** Runs the jobs of one plugin's reactors in this process. */
export class JobRunner implements Workers {
  readonly #knex: Knex;
  readonly #schema: string;
  readonly #workers = new Set<string>();
  #runner?: Runner;
  #running?: Promise<void>;
  #stopping?: AbortController;

  /** @param options - `schema`: of the job queue */
  constructor(options: { knex: Knex; schema: string }) {
    this.#knex = options.knex;
    this.#schema = options.schema;
  }

  ids(): readonly string[] {
    return [...this.#workers];
  }

  /** See {@link Workers}; PostgreSQL's own limit would be four hours. */
  async freeOrphans(lockedMs: number): Promise<void> {
    const schema = quote(this.#schema);
    await this.#knex.raw(
      `WITH orphans AS (
        SELECT array_agg(DISTINCT locked_by) AS workers FROM ${schema}.jobs
          WHERE locked_at < now() - ? * interval '1 millisecond'
            AND locked_by NOT IN (SELECT unnest(workers) FROM eventstore_nodes)
      )
      SELECT ${schema}.force_unlock_workers(workers), pg_notify('jobs:insert', '{"count":1}')
        FROM orphans WHERE workers IS NOT NULL`,
      [lockedMs],
    );
  }

  /** Runs jobs until `stop`, also when the database is away for a while. */
  start(options: JobRunnerStart): void {
    this.#stopping = new AbortController();
    this.#running = this.#keepRunning(options, this.#stopping.signal);
  }

  /** Takes no more jobs, and lets those under way finish. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#runner?.stop().catch(() => {});
    await this.#running;
  }

  async #keepRunning(
    options: JobRunnerStart,
    stopping: AbortSignal,
  ): Promise<void> {
    while (!stopping.aborted) {
      let pool: Pool | undefined;
      try {
        // One connection listens; one more lets jobs be found while others end.
        pool = await openPool(this.#knex, options.settings.concurrency + 2);
        this.#runner = await this.#run(pool, options);
        if (stopping.aborted) {
          await this.#runner.stop();
        }
        await this.#runner.promise;
      } catch (error) {
        options.logger.warn(`Jobs are not run for a moment: ${error}`);
      } finally {
        this.#runner = undefined;
        this.#workers.clear();
        await pool?.end().catch(() => {});
      }
      await pause(RESTART_MS, stopping).catch(() => {});
    }
  }

  #run(pool: Pool, options: JobRunnerStart): Promise<Runner> {
    const { reactors, settings } = options;
    const events = new EventEmitter();
    events.on('worker:create', ({ worker }) =>
      this.#workers.add(worker.workerId),
    );
    const taskList: TaskList = Object.fromEntries(
      reactors.map(reactor => [
        reactor.name,
        (payload, { job, abortSignal }) => {
          const signal = abortSignal ?? new AbortController().signal;
          const attempt = toAttempt(
            reactor,
            payload as JobPayload,
            {
              key: job.key ?? String(job.id),
              attempt: job.attempts,
              isLast: job.attempts >= job.max_attempts,
              signal,
            },
            options,
          );
          return endSoonAfter(signal, reactor.run(attempt));
        },
      ]),
    );
    return run({
      pgPool: asPool(pool),
      schema: this.#schema,
      taskList,
      parsedCronItems: [],
      concurrency: settings.concurrency,
      pollInterval: settings.pollMs,
      noHandleSignals: true,
      logger: toGraphileLogger(options.logger),
      events: events as RunnerOptions['events'],
      preset: { worker: { gracefulShutdownAbortTimeout: settings.stopMs } },
    });
  }
}

/**
 * A job that goes on after it was told to end would keep the process from
 * stopping. It counts as failed then, and another node tries it again.
 */
async function endSoonAfter(
  signal: AbortSignal,
  job: Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () =>
        void pause(GRACE_MS, ended.signal).then(
          () => reject(new Error('The process stopped before the job ended')),
          () => {},
        ),
      { once: true, signal: ended.signal },
    );
  });
  try {
    await Promise.race([job, late]);
  } finally {
    ended.abort();
  }
}

function toAttempt(
  reactor: Reactor,
  payload: JobPayload,
  job: { key: string; attempt: number; isLast: boolean; signal: AbortSignal },
  { log, logger }: { log: EventLog; logger: LoggerService },
): JobAttempt {
  return {
    data: payload.data,
    event: payload.event,
    idempotencyKey: job.key,
    attempt: job.attempt,
    isLast: job.isLast,
    signal: job.signal,
    logger: logger.child({ reactor: reactor.name, event: payload.event.id }),
    async readEvent() {
      const event = await log.readEvent(payload.event.id);
      if (!event) {
        throw new StoreFailedError(
          `Event ${payload.event.id} is not in the log`,
          undefined,
        );
      }
      return event;
    },
  };
}

/** The library brings other versions of the driver's types; it is the same driver. */
function asPool(pool: Pool): NonNullable<RunnerOptions['pgPool']> {
  return pool as unknown as NonNullable<RunnerOptions['pgPool']>;
}

function toGraphileLogger(logger: LoggerService): Logger {
  return new Logger(() => (level, message) => {
    switch (level) {
      case 'error':
        logger.error(message);
        break;
      case 'warning':
        logger.warn(message);
        break;
      default:
        // It reports each job twice at 'info'.
        logger.debug(message);
    }
  });
}
