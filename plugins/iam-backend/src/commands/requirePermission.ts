import type { Permission, ScopeId } from '@callboard/plugin-iam-common';
import { PermissionDeniedError, type Caller } from '../queries/Authorizer';
import type { CommandServices } from './CommandServices';
import type { Target } from './targets';

/**
 * @throws PermissionDeniedError, or that the target is not there when the caller
 * may not even see it
 */
export async function requirePermission(
  { authorizer }: Pick<CommandServices, 'authorizer'>,
  caller: Caller,
  permission: Permission,
  scope: ScopeId,
  target: Pick<Target, 'read' | 'notFound' | 'kind'>,
): Promise<void> {
  if (caller.kind === 'operator') {
    return;
  }
  const fresh = { fresh: true };
  if (await authorizer.may(caller, permission, scope, fresh)) {
    return;
  }
  const visible =
    target.kind === 'instance' ||
    (await authorizer.may(caller, target.read, scope, fresh));
  throw visible
    ? new PermissionDeniedError(permission, scope)
    : target.notFound();
}
