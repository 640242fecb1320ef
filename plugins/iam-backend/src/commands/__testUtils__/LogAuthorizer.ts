/** Decides on permissions from the log itself: slow, plain, never behind. */
import {
  accessIdOf,
  administrationIdOf,
  builtInAdministratorRoles,
  instanceAggregateId,
  LEVELS,
  matchesPermission,
  permissions,
  type BuiltInAdministratorRole,
  type Permission,
  type ScopeId,
} from '@callboard/plugin-iam-common';
import type { AggregateDefinition } from '@callboard/plugin-eventstore-common';
import type { CommandRunner } from '@callboard/plugin-eventstore-node';
import { accessAggregate } from '../../domain/access/access';
import { administrationAggregate } from '../../domain/administration/administration';
import { levelOf } from '../../domain/administration/state';
import { administratorRoleAggregate } from '../../domain/administratorRole/administratorRole';
import { projectAggregate } from '../../domain/project/project';
import { userAggregate } from '../../domain/user/user';
import {
  PermissionDeniedError,
  type Authorizer,
  type Caller,
} from '../../queries/Authorizer';

export class LogAuthorizer implements Authorizer {
  readonly #runner: CommandRunner;

  constructor(runner: CommandRunner) {
    this.#runner = runner;
  }

  async may(caller: Caller, permission: Permission, scope: ScopeId) {
    if (caller.kind === 'operator') {
      return true;
    }
    const { level } = permissions[permission];
    if (LEVELS.indexOf(levelOf(scope)) > LEVELS.indexOf(level)) {
      return false;
    }
    const patterns = await this.patternsOf(caller, scope);
    const covers = (all: readonly string[]) =>
      all.some(pattern => matchesPermission(pattern, permission));
    return (
      covers(patterns) &&
      (caller.tokenScopes === undefined || covers(caller.tokenScopes))
    );
  }

  async require(caller: Caller, permission: Permission, scope: ScopeId) {
    if (!(await this.may(caller, permission, scope))) {
      throw new PermissionDeniedError(permission, scope);
    }
  }

  async patternsOf(caller: Caller, scope: ScopeId) {
    if (caller.kind === 'operator') {
      return ['*'];
    }
    const load = <T>(definition: AggregateDefinition<T>, id: string) =>
      this.#runner
        .load(definition, id as never, caller.instance)
        .then(({ state }) => state)
        .catch(() => definition.initial());
    const { status } = await load(userAggregate, caller.user);
    if (status !== 'active') {
      return [];
    }
    const { groups } = await load(accessAggregate, accessIdOf(caller.user));
    const { organization } = await load(projectAggregate, scope);
    const scopes = [
      scope,
      ...(scope.startsWith('iam.project/') && organization
        ? [organization]
        : []),
      instanceAggregateId(caller.instance),
    ];
    const patterns: string[] = [];
    for (const each of scopes) {
      const { roles } = await load(
        administrationAggregate,
        administrationIdOf(each),
      );
      for (const subject of [caller.user, ...groups]) {
        for (const role of roles.get(subject)?.keys() ?? []) {
          const found =
            builtInAdministratorRoles[role as BuiltInAdministratorRole] ??
            (await load(administratorRoleAggregate, role));
          patterns.push(...found.permissions);
        }
      }
    }
    return patterns;
  }
}
