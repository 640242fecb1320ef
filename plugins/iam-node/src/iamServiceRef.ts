import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import type { IamService } from './IamService';
import { RemoteIam } from './RemoteIam';
import { rootIamServiceRef, type RootIam } from './rootIamServiceRef';

/**
 * IAM, wherever it runs: in the same process it is called directly, in another
 * backend over HTTP.
 *
 * @example
 * ```ts
 * env.registerInit({
 *   deps: { iam: iamServiceRef },
 *   async init({ iam }) {
 *     const allowed = await iam.may(user, 'deployments.release.approve', project);
 *   },
 * });
 * ```
 *
 * @public
 */
export const iamServiceRef = createServiceRef<IamService>({
  id: 'callboard.iam',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        root: rootIamServiceRef,
        instance: coreServices.rootInstanceMetadata,
        auth: coreServices.auth,
        discovery: coreServices.discovery,
      },
      async factory({ root, instance, auth, discovery }) {
        const installed = await instance.getInstalledPlugins();
        return installed.some(({ pluginId }) => pluginId === 'iam')
          ? askInProcess(root)
          : new RemoteIam({ auth, discovery });
      },
    }),
});

function askInProcess(root: RootIam): IamService {
  return {
    may: async (...question) => (await root.provided()).may(...question),
    allowancesOf: async (...question) =>
      (await root.provided()).allowancesOf(...question),
    userOf: async (...question) => (await root.provided()).userOf(...question),
    groupsOf: async (...question) =>
      (await root.provided()).groupsOf(...question),
  };
}
