import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { apiServiceRef } from '@callboard/api-node';
import {
  DEFAULT_INSTANCE,
  instanceId,
} from '@callboard/plugin-eventstore-common';
import {
  eventStoreServiceRef,
  projectionsServiceRef,
  reactorsServiceRef,
} from '@callboard/plugin-eventstore-node';
import { portalPermissions } from '@callboard/plugin-iam-common';
import { descriptors } from '@callboard/plugin-iam-common/api';
import { rootIamServiceRef } from '@callboard/plugin-iam-node';
import { callerOf } from './api/callerOf';
import { createIamServices } from './api/createIamServices';
import { waitForViews } from './api/waitForViews';
import { NetworkDomainProbe } from './commands/domainProbe/NetworkDomainProbe';
import { createIamCommands } from './commands/IamCommands';
import { aggregates } from './domain/aggregates';
import { addProcesses } from './processes/addProcesses';
import { addIamViews, IamQueries } from './queries/IamQueries';
import { createQuestionsRouter } from './service/createQuestionsRouter';
import { PortalIam } from './service/PortalIam';
import { createSetUpRouter, SET_UP_PATH } from './setup/createSetUpRouter';
import { readSetUpConfig } from './setup/readSetUpConfig';
import { SetUp } from './setup/SetUp';

/**
 * Identity and access: who may do what.
 *
 * @public
 */
export const iamPlugin = createBackendPlugin({
  pluginId: 'iam',
  register(env) {
    env.registerInit({
      deps: {
        api: apiServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventStoreServiceRef,
        http: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissionsRegistry: coreServices.permissionsRegistry,
        projections: projectionsServiceRef,
        reactors: reactorsServiceRef,
        rootIam: rootIamServiceRef,
      },
      async init({
        api,
        config,
        database,
        events,
        http,
        httpAuth,
        lifecycle,
        logger,
        permissionsRegistry,
        projections,
        reactors,
        rootIam,
      }) {
        const instance = instanceId(
          config.getOptionalString('iam.instance') ?? DEFAULT_INSTANCE,
          'iam.instance',
        );
        const operators = config.getOptionalStringArray('iam.operators') ?? [];
        const knex = await database.getClient();

        events.register(...aggregates);
        permissionsRegistry.addPermissions([...portalPermissions]);

        const views = await addIamViews(projections, { knex, log: events.log });
        const queries = new IamQueries(views);
        const commands = createIamCommands({
          runner: events.commands,
          authorizer: queries.authorizer,
          domains: new NetworkDomainProbe(),
        });

        const processes = await addProcesses({
          events,
          projections,
          reactors,
          knex,
          logger,
        });
        lifecycle.addStartupHook(() => processes.start());
        lifecycle.addShutdownHook(() => processes.stop());

        const iam = new PortalIam({ views, instance });
        rootIam.provide(iam);
        http.use(createQuestionsRouter(iam, httpAuth));

        const setUp = new SetUp({
          ...readSetUpConfig(config),
          runner: events.commands,
          logger,
          instance,
        });
        http.addAuthPolicy({ path: SET_UP_PATH, allow: 'unauthenticated' });
        http.use(createSetUpRouter(setUp));

        await api.serve({
          descriptors,
          title: 'Identity and access',
          version: '1.0.0',
          services: createIamServices({
            commands,
            queries,
            callerOf: async context =>
              callerOf(context, { instance, operators }),
            // The portal is one instance's; only its operator reaches others.
            instanceOf: async () => instance,
          }),
          waitForPosition: (position, signal) =>
            waitForViews(views, position, signal),
        });
        await setUp.start();
      },
    });
  },
});
