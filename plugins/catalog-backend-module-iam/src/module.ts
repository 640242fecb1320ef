import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import {
  DEFAULT_INSTANCE,
  instanceId,
} from '@callboard/plugin-eventstore-common';
import {
  eventStoreServiceRef,
  operatorsServiceRef,
  projectionsServiceRef,
  rootSpoolersServiceRef,
} from '@callboard/plugin-eventstore-node';
import { OrganizationProcessor } from './entities/OrganizationProcessor';
import { migrateFeed } from './feed/checkpoint';
import { Directory } from './feed/Directory';
import { defineFeedOperator } from './feed/defineFeedOperator';
import { Teller } from './feed/Teller';
import { IamEntityProvider } from './IamEntityProvider';
import { directoryProjection } from './projections/directory';

const PLUGIN = 'catalog';

/**
 * IAM's users, groups and organizations as entities of the catalog, told to it
 * as they change (catalog/docs/decisions/0049).
 *
 * @public
 */
export const catalogModuleIam = createBackendModule({
  pluginId: PLUGIN,
  moduleId: 'iam',
  register(env) {
    env.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventStoreServiceRef,
        operators: operatorsServiceRef,
        projections: projectionsServiceRef,
        spoolers: rootSpoolersServiceRef,
      },
      async init({
        catalog,
        config,
        database,
        events,
        operators,
        projections,
        spoolers,
      }) {
        const instance = instanceId(
          config.getOptionalString('iam.instance') ?? DEFAULT_INSTANCE,
          'iam.instance',
        );
        const own = config.getOptionalConfig('catalog.providers.iam');
        const shows = {
          email: own?.getOptionalBoolean('email') ?? true,
          machines: own?.getOptionalBoolean('machines') ?? false,
        };
        const knex = await database.getClient();
        if (!database.migrations?.skip) {
          await migrateFeed(knex);
        }
        const view = await projections.add(directoryProjection);

        async function soundThrough(): Promise<number> {
          const { admin } = spoolers.plugins.get(PLUGIN)!;
          const failed = await admin.quarantined(view.name);
          return Math.min(
            ...failed.map(({ position }) => position - 1),
            Number.MAX_SAFE_INTEGER,
          );
        }

        const provider = new IamEntityProvider(instance);
        const name = provider.getProviderName();
        catalog.addProcessor(new OrganizationProcessor());
        catalog.addEntityProvider(provider);
        await operators.add(
          defineFeedOperator({
            log: events.log,
            view,
            teller: async () =>
              new Teller({
                knex,
                name,
                connection: await provider.connected,
                openDirectory: transaction =>
                  new Directory({
                    knex: transaction,
                    view: view.at(),
                    instance,
                    shows,
                  }),
                incarnation: () => events.log.incarnation(),
                soundThrough,
                settings: JSON.stringify(shows),
              }),
            pauseMs: spoolers.node.settings.pollMs,
          }),
        );
      },
    });
  },
});
