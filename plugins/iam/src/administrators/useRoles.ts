import {
  AdministrationLevel,
  type AdministratorRole,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

const LEVELS: Record<string, AdministrationLevel> = {
  'iam.instance': AdministrationLevel.INSTANCE,
  'iam.organization': AdministrationLevel.ORGANIZATION,
  'iam.project': AdministrationLevel.PROJECT,
};

/** What administrators are assigned by: the key of a built-in role, an id else. */
export function assignedBy(role: AdministratorRole): string {
  return role.id || role.key;
}

/** The administrator roles there are, built-in ones first. */
export function useRoles() {
  const { management } = useIam();
  return useRead(
    useCallback(
      async (signal: AbortSignal) => {
        const [builtIn, defined] = await Promise.all([
          management.listBuiltInAdministratorRoles({}, { signal }),
          // Who may not see the roles that were defined can still see names of
          // built-in ones.
          management
            .listAdministratorRoles({ pageSize: 200 }, { signal })
            .catch(() => ({ roles: [] as AdministratorRole[] })),
        ]);
        return [...builtIn.roles, ...defined.roles];
      },
      [management],
    ),
  );
}

/** Those that can be assigned in a scope, such as `iam.organization/<uuid>`. */
export function rolesFor(
  roles: readonly AdministratorRole[],
  scope: string,
): AdministratorRole[] {
  const level = LEVELS[scope.slice(0, scope.indexOf('/'))];
  return roles.filter(
    role =>
      role.level === level &&
      (!role.organization || role.organization === scope),
  );
}
