/** IAM's permissions as Backstage knows permissions: for screens and policies. */
import {
  createPermission,
  type BasicPermission,
  type PermissionAttributes,
} from '@backstage/plugin-permission-common';
import { permissions, type Permission } from './permissions';

const ACTIONS: Readonly<Record<string, PermissionAttributes['action']>> = {
  read: 'read',
  create: 'create',
  remove: 'delete',
  erase: 'delete',
};

/**
 * One for each permission that people can hold. Whoever holds it anywhere is
 * allowed it by the portal's policy; where they hold it, IAM decides for each
 * thing.
 *
 * @public
 */
export const portalPermissions: readonly BasicPermission[] = (
  Object.keys(permissions) as Permission[]
)
  .filter(name => permissions[name].level !== 'system')
  .map(name =>
    createPermission({
      name,
      attributes: {
        action: ACTIONS[name.slice(name.lastIndexOf('.') + 1)] ?? 'update',
      },
    }),
  );
