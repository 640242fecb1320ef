import type {
  BackstageCredentials,
  HttpAuthService,
  HttpRouterService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type {
  CommandRunner,
  ReactorsService,
} from '@callboard/plugin-eventstore-node';
import type { Knex } from 'knex';
import type { IamCommands } from '../commands/IamCommands';
import type { Authorizer, Caller } from '../queries/Authorizer';
import { assetReactor } from './assetReactor';
import { Assets } from './Assets';
import {
  createAssetsRouter,
  unauthenticatedAssetPaths,
} from './createAssetsRouter';
import { OwnerLock } from './OwnerLock';
import { readAssetsConfig } from './readAssetsConfig';

/** Serves avatars and logos, and clears away those that nobody has any more. */
export async function addAssets(options: {
  readonly config: Config;
  readonly http: HttpRouterService;
  readonly httpAuth: HttpAuthService;
  readonly reactors: ReactorsService;
  readonly runner: CommandRunner;
  readonly commands: IamCommands;
  readonly authorizer: Authorizer;
  readonly knex: Knex;
  readonly instance: InstanceId;
  /** @throws when it is nobody whom IAM knows */
  callerOf(of: { credentials: BackstageCredentials }): Promise<Caller>;
  readonly logger: LoggerService;
}): Promise<void> {
  const { http, httpAuth, instance } = options;
  const { storage, maxBytes } = readAssetsConfig(options.config);
  const assets = new Assets({
    ...options,
    storage,
    lock: new OwnerLock(options.knex),
  });
  await options.reactors.add(assetReactor(assets));
  for (const path of unauthenticatedAssetPaths) {
    http.addAuthPolicy({ path, allow: 'unauthenticated' });
  }
  http.use(
    createAssetsRouter({
      assets,
      maxBytes,
      async callerOf(request) {
        const credentials = await httpAuth.credentials(request, {
          allow: ['user', 'service'],
        });
        return options.callerOf({ credentials });
      },
      instanceOf: async () => instance,
      logger: options.logger,
    }),
  );
}
