import { DatabaseManager } from '@backstage/backend-defaults/database';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type LifecycleService,
  type LoggerService,
  type RootConfigService,
} from '@backstage/backend-plugin-api';
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
      async factory({ config, logger, lifecycle }) {
        const ownLogger = logger.child({ plugin: PLUGIN_ID });
        const { knex, migrate } = await openDatabase(config, {
          logger: ownLogger,
          lifecycle,
        });
        const store = await EventStore.start({
          knex,
          migrate,
          logger: ownLogger,
          ...readEventStoreConfig(config),
        });
        // The database is closed here, after the last append was written; a
        // hook of the database manager would run at the same time as this one.
        lifecycle.addShutdownHook(async () => {
          await store.stop();
          await knex.destroy();
        });
        return { store, knex };
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
