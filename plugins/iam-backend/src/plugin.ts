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
import { addIamViews, IamQueries } from './queries/IamQueries';
import { createQuestionsRouter } from './service/createQuestionsRouter';
import { PortalIam } from './service/PortalIam';

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
        permissionsRegistry: coreServices.permissionsRegistry,
        projections: projectionsServiceRef,
        rootIam: rootIamServiceRef,
      },
      async init({
        api,
        config,
        database,
        events,
        http,
        httpAuth,
        permissionsRegistry,
        projections,
        rootIam,
      }) {
        events.register(...aggregates);
        permissionsRegistry.addPermissions([...portalPermissions]);

        const instance = instanceId(
          config.getOptionalString('iam.instance') ?? DEFAULT_INSTANCE,
          'iam.instance',
        );
        const views = await addIamViews(projections, {
          knex: await database.getClient(),
          log: events.log,
        });
        const iam = new PortalIam({ views, instance });
        rootIam.provide(iam);
        http.use(createQuestionsRouter(iam, httpAuth));

        const queries = new IamQueries(views);
        const operators = config.getOptionalStringArray('iam.operators') ?? [];
        await api.serve({
          descriptors,
          title: 'Identity and access',
          version: '1.0.0',
          services: createIamServices({
            queries,
            commands: createIamCommands({
              runner: events.commands,
              authorizer: queries.authorizer,
              domains: new NetworkDomainProbe(),
            }),
            callerOf: async context =>
              callerOf(context, { instance, operators }),
            instanceOf: async () => instance,
          }),
          waitForPosition: (position, signal) =>
            waitForViews(views, position, signal),
        });
      },
    });
  },
});
