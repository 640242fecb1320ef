import { DatabaseManager } from '@backstage/backend-defaults/database';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type LifecycleService,
  type LoggerService,
  type RootConfigService,
  type RootLifecycleService,
  type RootLoggerService,
} from '@backstage/backend-plugin-api';
import type { AggregateDefinition } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { requirePostgresClient } from '../database/requirePostgres';
import { EventStore } from './EventStore';
import { readEventStoreConfig } from './readEventStoreConfig';

/** The plugin in whose database the log is. */
const PLUGIN_ID = 'eventstore';

/**
 * The event store of the process, one for all plugins. Plugins use
 * `eventStoreServiceRef`.
 *
 * @public
 */
export const rootEventStoreServiceRef = createServiceRef<RootEventStore>({
  id: 'callboard.rootEventStore',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
        lifecycle: coreServices.rootLifecycle,
      },
      async factory(deps) {
        try {
          return await open(deps);
        } catch (error) {
          // Thrown to the plugins that use it. A root service that fails is an
          // unhandled rejection in Backstage, beside the plugin that failed.
          const fail = (): never => {
            throw error;
          };
          return Object.defineProperties({} as RootEventStore, {
            store: { get: fail },
            knex: { get: fail },
            aggregates: { get: fail },
          });
        }
      },
    }),
});

/**
 * The event store with its database.
 *
 * @public
 */
export interface RootEventStore {
  readonly store: EventStore;
  /** The database of the log, for what lives beside it. */
  readonly knex: Knex;
  /** What plugins have declared, by type: to tell what events mean. */
  readonly aggregates: Map<string, AggregateDefinition>;
}

async function open(deps: {
  config: RootConfigService;
  logger: RootLoggerService;
  lifecycle: RootLifecycleService;
}): Promise<RootEventStore> {
  const { config, lifecycle } = deps;
  const logger = deps.logger.child({ plugin: PLUGIN_ID });
  const { knex, migrate } = await openDatabase(config, { logger, lifecycle });
  try {
    const store = await EventStore.start({
      knex,
      migrate,
      logger,
      ...readEventStoreConfig(config),
    });
    // The database is closed here, after the last append was written; a hook of
    // the database manager would run at the same time as this one.
    lifecycle.addShutdownHook(async () => {
      await store.stop();
      await knex.destroy();
    });
    return { store, knex, aggregates: new Map() };
  } catch (error) {
    await knex.destroy();
    throw error;
  }
}

async function openDatabase(
  config: RootConfigService,
  deps: { logger: LoggerService; lifecycle: LifecycleService },
): Promise<{ knex: Knex; migrate: boolean }> {
  const setting = config.has(`backend.database.plugin.${PLUGIN_ID}.client`)
    ? `backend.database.plugin.${PLUGIN_ID}.client`
    : 'backend.database.client';
  requirePostgresClient(config.getOptionalString(setting), setting);
  const database = DatabaseManager.fromConfig(config).forPlugin(
    PLUGIN_ID,
    deps,
  );
  return {
    knex: await database.getClient(),
    migrate: !database.migrations?.skip,
  };
}
