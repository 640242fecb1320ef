import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { SpoolerNode } from '../spoolers/SpoolerNode';
import { readSpoolerConfig, type SpoolerConfig } from './readSpoolerConfig';
import type { PluginSpoolers } from './PluginSpoolers';
import { rootEventStoreServiceRef } from './rootEventStoreServiceRef';

/**
 * The spoolers of the process, of all plugins: for screens and commands of
 * administrators. Plugins declare theirs with `projectionsServiceRef` and
 * `reactorsServiceRef`.
 *
 * @public
 */
export interface RootSpoolers {
  readonly node: SpoolerNode;
  readonly jobs: SpoolerConfig['jobs'];
  /** By plugin id; those that have declared a view or reactor. */
  readonly plugins: Map<string, PluginSpoolers>;
}

/** @public */
export const rootSpoolersServiceRef = createServiceRef<RootSpoolers>({
  id: 'callboard.rootSpoolers',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        root: rootEventStoreServiceRef,
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
        lifecycle: coreServices.rootLifecycle,
      },
      factory({ root, config, logger, lifecycle }) {
        const { roles, settings, jobs } = readSpoolerConfig(config);
        const node = new SpoolerNode({
          log: root.store.log,
          knex: root.knex,
          logger,
          roles,
          settings,
        });
        node.start();
        // By now each plugin has stopped its own spoolers.
        lifecycle.addShutdownHook(() => node.stop());
        return { node, jobs, plugins: new Map() };
      },
    }),
});
