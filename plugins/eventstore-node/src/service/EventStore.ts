import { createHash } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  EventRegistry,
  MasterKeyMissingError,
  subjectErased,
  type EventDefinition,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { JWK } from 'jose';
import type { Knex } from 'knex';
import { backupLog, backupSubjectKeys } from '../backup/backup';
import { CommandRunner } from '../commands/CommandRunner';
import { migrateLog } from '../database/migrateLog';
import { requirePostgres } from '../database/requirePostgres';
import type { EventLog } from '../log/EventLog';
import type { LogMetrics } from '../log/LogMetrics';
import {
  PostgresEventLog,
  type EventLogSettings,
} from '../log/PostgresEventLog';
import {
  eraseSubject,
  tellErasures,
  type ErasureCause,
} from '../personal/eraseSubject';
import { missingMasterKey, type MasterKey } from '../personal/MasterKey';
import { PersonalData } from '../personal/PersonalData';
import { Sealer } from '../sealing/Sealer';
import { SigningKeys } from '../sealing/SigningKeys';
import { verifyLog, type LogVerification } from '../sealing/verifyLog';

/** @public */
export interface EventStoreOptions {
  /** The log's own database, PostgreSQL 14 or newer. */
  knex: Knex;
  /** The tables are made and brought up to date unless this is false. */
  migrate?: boolean;
  /** Without one there are no personal fields, personal claims or seals. */
  masterKey?: MasterKey;
  logger?: LoggerService;
  settings?: EventLogSettings;
  /** Seal in the background. True when there is a master key. */
  seal?: boolean;
}

/**
 * The event store of a process: the log and what belongs to it.
 *
 * @example
 * ```ts
 * const store = await EventStore.start({ knex });
 * store.register(door.events);
 * await store.commands.execute({ aggregate: door, id, command: { kind: 'Open' }, ... });
 * await store.stop();
 * ```
 *
 * @public
 */
export class EventStore {
  readonly registry: EventRegistry;
  readonly log: EventLog;
  readonly commands: CommandRunner;
  readonly #knex: Knex;
  readonly #log: PostgresEventLog;
  readonly #personal: PersonalData;
  readonly #keys: SigningKeys;
  readonly #sealer: Sealer;

  private constructor(options: EventStoreOptions) {
    const { knex, logger, settings, masterKey = missingMasterKey } = options;
    this.#knex = knex;
    this.registry = new EventRegistry([subjectErased]);
    const { registry } = this;
    const personal = new PersonalData({ knex, registry, masterKey });
    this.#personal = personal;
    this.#log = new PostgresEventLog({
      knex,
      registry,
      personal,
      logger,
      settings,
    });
    this.log = this.#log;
    this.commands = new CommandRunner({
      log: this.log,
      digest: text => digestCommand(personal, text),
    });
    this.#keys = new SigningKeys({ knex, masterKey });
    this.#sealer = new Sealer({ knex, keys: this.#keys, logger });
  }

  /**
   * @throws UnsupportedDatabaseError
   */
  static async start(options: EventStoreOptions): Promise<EventStore> {
    await requirePostgres(options.knex);
    if (options.migrate ?? true) {
      await migrateLog(options.knex);
    }
    const store = new EventStore(options);
    try {
      await tellErasures({ knex: options.knex, log: store.log });
    } catch (error) {
      // The data is unreadable already; the next start tells of it.
      options.logger?.error('Could not tell of an erasure', error as Error);
    }
    if (options.seal ?? options.masterKey !== undefined) {
      store.#sealer.start();
    }
    return store;
  }

  /** Makes kinds of events known: to store them, and to decode them. */
  register(definitions: Iterable<EventDefinition>): void {
    for (const definition of definitions) {
      this.registry.register(definition);
    }
  }

  /**
   * Destroys the key of a subject: its personal data is unreadable at once, on
   * every node, in the log and in every backup of it.
   *
   * @returns the position of the event that tells of it
   */
  async eraseSubject(subject: string, cause: ErasureCause): Promise<Position> {
    const position = await eraseSubject(
      { knex: this.#knex, log: this.log },
      subject,
      cause,
    );
    this.#personal.forget(subject);
    this.commands.forgetStates();
    return position;
  }

  /** Seals what is not sealed yet; the background does so by itself. */
  seal(): Promise<number> {
    return this.#sealer.seal();
  }

  /**
   * Checks every sealed event against its seal.
   *
   * @param options - `keys`: trusted public keys by key id, the store's own when
   * left out (that needs the master key); `anchor`: a head noted elsewhere
   */
  async verify(
    options: {
      keys?: ReadonlyMap<string, JWK>;
      anchor?: { block: number; hash: string };
    } = {},
  ): Promise<LogVerification> {
    return verifyLog(this.#knex, {
      keys: options.keys ?? (await this.#keys.trusted()),
      anchor: options.anchor,
    });
  }

  /** The public keys seals are signed with, by key id. */
  sealingKeys(): Promise<Map<string, JWK>> {
    return this.#keys.trusted();
  }

  /** Reports the log's work to these metrics from now on. */
  useMetrics(metrics: LogMetrics): void {
    this.#log.useMetrics(metrics);
  }

  /** Signs with a new key from now on. */
  rotateSealingKey(): Promise<{ kid: string }> {
    return this.#keys.rotate();
  }

  /** The log as text; see {@link backupLog}. */
  backup(): AsyncGenerator<string> {
    return backupLog(this.#knex);
  }

  /** The keys of subjects as text; see {@link backupSubjectKeys}. */
  backupSubjectKeys(): AsyncGenerator<string> {
    return backupSubjectKeys(this.#knex);
  }

  /**
   * Takes no more appends, writes those that wait, and ends what runs in the
   * background. The database is left open.
   */
  async stop(): Promise<void> {
    await Promise.all([this.#log.close(), this.#sealer.stop()]);
  }
}

/**
 * What tells one command from another under the same id. Keyed, so that what a
 * command said of a person cannot be guessed from it; without a master key no
 * personal data is stored anyway.
 */
async function digestCommand(
  personal: PersonalData,
  text: string,
): Promise<string> {
  try {
    return await personal.digest('', 'command', text);
  } catch (error) {
    if (error instanceof MasterKeyMissingError) {
      return `sha256:${createHash('sha256').update(text).digest('base64url')}`;
    }
    throw error;
  }
}
