import type { LoggerService } from '@backstage/backend-plugin-api';
import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Declaration } from '../spoolers/Declaration';
import type { SpoolerHost } from '../spoolers/SpoolerHost';
import {
  countJobs,
  discardDeadLetters,
  replayDeadLetters,
  selectDeadLetters,
  type DeadLetter,
  type JobCounts,
} from './deadLetters';
import type { Reactor } from './defineReactor';
import { JobRunner, migrateJobs, type JobSettings } from './JobRunner';
import { JobTarget } from './JobTarget';
import type { Reactors } from './Reactors';

const MAX_IDENTIFIER_BYTES = 63;

/** Reactors whose spoolers are the host's, and whose jobs graphile-worker runs. */
export class DefaultReactors implements Reactors {
  readonly #host: SpoolerHost;
  readonly #schema: string;
  readonly #settings: JobSettings;
  readonly #logger: LoggerService;
  readonly #reactors = new Map<string, Reactor>();
  readonly #runner: JobRunner;
  #migrated?: Promise<void>;
  #started = false;

  /** @param options - `prefix`: tells the plugin's schemas from those of others */
  constructor(options: {
    host: SpoolerHost;
    prefix: string;
    settings: JobSettings;
    logger: LoggerService;
  }) {
    this.#host = options.host;
    this.#schema = `${options.prefix}_jobs`;
    if (Buffer.byteLength(this.#schema) > MAX_IDENTIFIER_BYTES) {
      throw new BadArgumentError(
        'prefix',
        `the schema ${this.#schema} would have more than ${MAX_IDENTIFIER_BYTES} bytes`,
      );
    }
    this.#settings = options.settings;
    this.#logger = options.logger;
    this.#runner = new JobRunner({
      knex: this.#host.knex,
      schema: this.#schema,
    });
    this.#host.useWorkers(this.#runner);
  }

  async add(reactor: Reactor): Promise<void> {
    if (this.#reactors.has(reactor.name)) {
      throw new BadArgumentError(
        'name',
        `there is a reactor '${reactor.name}' already`,
      );
    }
    this.#migrated ??= migrateJobs(this.#host.knex, this.#schema);
    await this.#migrated.catch(error => {
      this.#migrated = undefined;
      throw error;
    });
    await this.#host.add(this.#declare(reactor));
    this.#reactors.set(reactor.name, reactor);
    if (this.#started) {
      await this.#runner.stop();
      this.start();
    }
  }

  /** Begins to run jobs, if this process has that role. */
  start(): void {
    this.#started = true;
    if (this.#reactors.size > 0 && this.#host.runs('reactor')) {
      this.#runner.start({
        reactors: [...this.#reactors.values()],
        log: this.#host.log,
        logger: this.#logger,
        settings: this.#settings,
      });
    }
  }

  /** Lets jobs under way finish. */
  async stop(): Promise<void> {
    this.#started = false;
    await this.#runner.stop();
  }

  async counts(): Promise<JobCounts[]> {
    return this.#reactors.size > 0
      ? countJobs(this.#host.knex, this.#schema)
      : [];
  }

  async deadLetters(
    options: { reactor?: string; limit?: number; after?: string } = {},
  ): Promise<DeadLetter[]> {
    return this.#reactors.size > 0
      ? selectDeadLetters(this.#host.knex, this.#schema, {
          limit: 100,
          ...options,
        })
      : [];
  }

  replay(ids: readonly string[]): Promise<number> {
    return replayDeadLetters(this.#host.knex, this.#schema, ids);
  }

  discard(ids: readonly string[]): Promise<number> {
    return discardDeadLetters(this.#host.knex, this.#schema, ids);
  }

  #declare(reactor: Reactor): Declaration {
    return {
      kind: 'reactor',
      name: reactor.name,
      version: 1,
      types: reactor.events.map(({ type }) => type),
      from: reactor.from,
      shape: {},
      schema: null,
      schemaOf: () => null,
      createStatements: () => [],
      createTarget: () => new JobTarget(reactor, this.#schema),
    };
  }
}
