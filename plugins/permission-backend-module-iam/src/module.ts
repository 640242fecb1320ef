import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { readGuest } from '@callboard/plugin-iam-common';
import { iamServiceRef } from '@callboard/plugin-iam-node';
import { IamPermissionPolicy } from './IamPermissionPolicy';

/**
 * Decides the portal's permissions from the roles that people have in IAM.
 *
 * @public
 */
export const permissionModuleIam = createBackendModule({
  pluginId: 'permission',
  moduleId: 'iam',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        iam: iamServiceRef,
        policy: policyExtensionPoint,
      },
      async init({ config, iam, policy }) {
        policy.setPolicy(
          new IamPermissionPolicy({ iam, guest: readGuest(config) }),
        );
      },
    });
  },
});
