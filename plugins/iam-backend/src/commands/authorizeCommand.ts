/** Whether a caller may give a command; decided before anything else is told. */
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import {
  instanceAggregateId,
  matchesPermission,
  type Permission,
} from '@callboard/plugin-iam-common';
import { PermissionDeniedError, type Caller } from '../queries/Authorizer';
import {
  commandPermissions,
  type CommandAuthorization,
  type CommandName,
  type Requirement,
} from './commandPermissions';
import type { CommandServices } from './CommandServices';
import { requireGrants, type GrantChange } from './grantRequirements';
import { requirePermission } from './requirePermission';
import { findTarget, type Target } from './targets';

/**
 * @returns the thing that the command is about, if there is one
 * @throws PermissionDeniedError
 * @throws CommandRejectedError `….not_found`, also where the caller may not know
 * that it is there
 */
export async function authorizeCommand(
  services: CommandServices,
  caller: Caller,
  name: CommandName,
  input: Readonly<Record<string, unknown>>,
): Promise<Target | undefined> {
  const needed: CommandAuthorization = commandPermissions[name];
  if (needed === 'operator') {
    if (caller.kind !== 'operator') {
      throw new PermissionDeniedError(
        'iam.system.instance.update',
        instanceAggregateId(caller.instance),
      );
    }
    return undefined;
  }
  if (needed === 'code') {
    return findTarget(
      services.runner,
      caller.instance,
      input.user as AggregateId,
      'user',
    );
  }
  if (needed === 'grants') {
    await requireGrants(services, caller, input.changes as GrantChange[]);
    return undefined;
  }
  let first: Target | undefined;
  for (const requirement of needed) {
    const target = await requireOne(services, caller, requirement, input);
    first ??= target;
  }
  return first;
}

async function requireOne(
  services: CommandServices,
  caller: Caller,
  requirement: Requirement,
  input: Readonly<Record<string, unknown>>,
): Promise<Target> {
  const { of, self } = requirement;
  const given = of === undefined ? undefined : input[of];
  const id = (given ?? instanceAggregateId(caller.instance)) as AggregateId;
  const target = await findTarget(
    services.runner,
    caller.instance,
    id,
    given === undefined ? undefined : of,
  );
  const permission = permissionFor(requirement, target);
  if (!(self && isSelf(caller, id, permission))) {
    await requirePermission(services, caller, permission, target.scope, target);
  }
  return target;
}

function permissionFor({ permission }: Requirement, target: Target) {
  const needed =
    typeof permission === 'string' ? permission : permission[target.kind];
  if (needed === undefined) {
    throw target.notFound();
  }
  return needed;
}

/** A token does for its own user, too, only what it is for. */
function isSelf(caller: Caller, id: AggregateId, permission: Permission) {
  return (
    caller.kind === 'user' &&
    (caller.user as AggregateId) === id &&
    (caller.tokenScopes === undefined ||
      caller.tokenScopes.some(scope => matchesPermission(scope, permission)))
  );
}
