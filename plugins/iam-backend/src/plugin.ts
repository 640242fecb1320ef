import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  DEFAULT_INSTANCE,
  instanceId,
} from '@callboard/plugin-eventstore-common';
import {
  eventStoreServiceRef,
  projectionsServiceRef,
} from '@callboard/plugin-eventstore-node';
import { portalPermissions } from '@callboard/plugin-iam-common';
import { rootIamServiceRef } from '@callboard/plugin-iam-node';
import { aggregates } from './domain/aggregates';
import { addIamViews } from './queries/IamQueries';
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
      },
    });
  },
});
