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
  operatorsServiceRef,
  projectionsServiceRef,
  reactorsServiceRef,
} from '@callboard/plugin-eventstore-node';
import { portalPermissions, readGuest } from '@callboard/plugin-iam-common';
import { descriptors } from '@callboard/plugin-iam-common/api';
import { rootIamServiceRef } from '@callboard/plugin-iam-node';
import { addAsCode } from './asCode/addAsCode';
import { addAssets } from './assets/addAssets';
import { callerOf, type CallerOptions } from './api/callerOf';
import { createIamServices } from './api/createIamServices';
import { waitForViews } from './api/waitForViews';
import { BearerTokens } from './bearer/BearerTokens';
import { bearerTokensServiceRef } from './bearer/bearerTokensServiceRef';
import { CredentialUses } from './bearer/CredentialUses';
import { NetworkDomainProbe } from './commands/domainProbe/NetworkDomainProbe';
import { createIamCommands } from './commands/IamCommands';
import { aggregates } from './domain/aggregates';
import { createImportRouter } from './import/createImportRouter';
import { ViewLoginNames } from './import/LoginNames';
import { UserImports } from './import/UserImports';
import { addProcesses } from './processes/addProcesses';
import { addIamViews, IamQueries } from './queries/IamQueries';
import { ObjectHistory } from './history/ObjectHistory';
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
        bearerTokens: bearerTokensServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventStoreServiceRef,
        http: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        operatorsService: operatorsServiceRef,
        permissionsRegistry: coreServices.permissionsRegistry,
        projections: projectionsServiceRef,
        reactors: reactorsServiceRef,
        rootIam: rootIamServiceRef,
        urlReader: coreServices.urlReader,
      },
      async init({
        api,
        bearerTokens,
        config,
        database,
        events,
        http,
        httpAuth,
        lifecycle,
        logger,
        operatorsService,
        permissionsRegistry,
        projections,
        reactors,
        rootIam,
        urlReader,
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

        const { authorizer } = queries;
        const sources = await addAsCode({
          config,
          operators: operatorsService,
          views,
          commands,
          authorizer,
          urlReader,
          logger,
          migrate: !database.migrations?.skip,
        });
        const uses = new CredentialUses({ knex, clock: views.clock });
        const tokens = new BearerTokens({
          views,
          runner: events.commands,
          instance,
          uses,
        });
        bearerTokens.provide(tokens);
        const known: CallerOptions = {
          instance,
          operators,
          guest: readGuest(config),
          tokens,
        };
        await addAssets({
          config,
          http,
          httpAuth,
          reactors,
          runner: events.commands,
          commands,
          authorizer,
          knex,
          instance,
          callerOf: of => callerOf(of as Parameters<typeof callerOf>[0], known),
          logger,
        });
        const imports = new UserImports({
          runner: events.commands,
          log: events.log,
          authorizer,
          loginNames: new ViewLoginNames({
            view: views.users,
            log: events.log,
            knex,
          }),
        });
        http.use(
          createImportRouter({
            imports,
            logger,
            callerOf: async request =>
              callerOf(
                {
                  credentials: await httpAuth.credentials(request, {
                    allow: ['user', 'service'],
                  }),
                },
                known,
              ),
          }),
        );

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
            imports,
            sources,
            uses,
            history: new ObjectHistory({
              runner: events.commands,
              log: events.log,
              authorizer,
            }),
            callerOf: context => callerOf(context, known),
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
