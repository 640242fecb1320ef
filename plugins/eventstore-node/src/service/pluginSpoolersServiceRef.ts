import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import type { Operator } from '../operators/defineOperator';
import type { Projection, Tables } from '../projections/defineProjection';
import type { Reactor } from '../reactors/defineReactor';
import {
  createSpoolerMetrics,
  observeSpoolers,
} from '../spoolers/createSpoolerMetrics';
import type { View } from '../spoolers/View';
import { hostOf, PluginSpoolers } from './PluginSpoolers';
import { rootEventStoreServiceRef } from './rootEventStoreServiceRef';
import { rootSpoolersServiceRef } from './rootSpoolersServiceRef';

/** What projections and reactors of a plugin share. */
const pluginSpoolersServiceRef = createServiceRef<PluginSpoolers>({
  id: 'callboard.pluginSpoolers',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        store: rootEventStoreServiceRef,
        root: rootSpoolersServiceRef,
        database: coreServices.database,
        lifecycle: coreServices.lifecycle,
        metrics: metricsServiceRef,
        plugin: coreServices.pluginMetadata,
      },
      async factory({ store, root, database, lifecycle, metrics, plugin }) {
        const knex = await database.getClient();
        const spoolers = new PluginSpoolers({
          plugin: plugin.getId(),
          node: root.node,
          knex,
          migrate: !database.migrations?.skip,
          // Several plugins may have a schema each in one database.
          schemaPrefix: [knex.client.config.searchPath].flat()[0],
          jobs: root.jobs,
          onEvents: definitions => store.store.register(definitions),
          onBatch: createSpoolerMetrics(metrics),
        });
        observeSpoolers(metrics, hostOf(spoolers), spoolers.reactors);
        root.plugins.set(plugin.getId(), spoolers);
        lifecycle.addStartupHook(() => spoolers.start());
        lifecycle.addShutdownHook(() => spoolers.stop());
        return spoolers;
      },
    }),
});

/**
 * Declares the read models of a plugin.
 *
 * @public
 */
export interface ProjectionsService {
  /**
   * Makes the tables of a view in the plugin's database. Its spooler runs once
   * the plugin has started.
   *
   * @throws BadArgumentError when the name is taken
   * @throws DeclarationChangedError when the tables were changed but not the
   * version
   */
  add<TTables extends Tables>(
    projection: Projection<TTables>,
  ): Promise<View<TTables>>;
}

/**
 * @example
 * ```ts
 * env.registerInit({
 *   deps: { projections: projectionsServiceRef },
 *   async init({ projections }) {
 *     const doors = await projections.add(doorsProjection);
 *   },
 * });
 * ```
 *
 * @public
 */
export const projectionsServiceRef = createServiceRef<ProjectionsService>({
  id: 'callboard.projections',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { spoolers: pluginSpoolersServiceRef },
      factory: ({ spoolers }) => ({
        add: projection => spoolers.addProjection(projection),
      }),
    }),
});

/**
 * Declares the side effects of a plugin.
 *
 * @public
 */
export interface ReactorsService {
  /**
   * Jobs are made and run once the plugin has started.
   *
   * @throws BadArgumentError when the name is taken
   */
  add(reactor: Reactor): Promise<void>;
}

/** @public */
export const reactorsServiceRef = createServiceRef<ReactorsService>({
  id: 'callboard.reactors',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { spoolers: pluginSpoolersServiceRef },
      factory: ({ spoolers }) => ({
        add: reactor => spoolers.addReactor(reactor),
      }),
    }),
});

/**
 * Declares work of which one process in the cluster is in charge.
 *
 * @public
 */
export interface OperatorsService {
  /**
   * It begins once the plugin has started.
   *
   * @throws BadArgumentError when the name is taken
   */
  add(operator: Operator): Promise<void>;
}

/** @public */
export const operatorsServiceRef = createServiceRef<OperatorsService>({
  id: 'callboard.operators',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { spoolers: pluginSpoolersServiceRef },
      factory: ({ spoolers }) => ({
        add: operator => spoolers.addOperator(operator),
      }),
    }),
});
