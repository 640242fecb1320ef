/** The roles of a project. */
import {
  descriptionSchema,
  nameSchema,
  projectRoleAdded,
  projectRoleChanged,
  projectRoleRemovalCancelled,
  projectRoleRemovalStarted,
  projectRoleRemoved,
  refusal,
  roleKeySchema,
  rolePermissionsSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { rulesFor } from '../defineIamAggregate';
import { countedAt } from '../evidence';
import {
  requireGrantableRole,
  requireProject,
  type ProjectState,
} from './state';

const MAX_ROLES = 500;

const rule = rulesFor<ProjectState>();
const content = {
  key: roleKeySchema,
  name: nameSchema,
  description: descriptionSchema.optional(),
  permissions: rolePermissionsSchema,
};

export const roleRules = {
  AddRole: rule(content, (state, input) => {
    requireProject(state);
    if (state.roles.has(input.key)) {
      throw refusal('iam.project.role_exists', 'key');
    }
    if (state.roles.size >= MAX_ROLES) {
      throw refusal('iam.project.too_many_roles', 'key');
    }
    return [projectRoleAdded.of(input)];
  }),

  ChangeRole: rule(content, (state, input) => {
    requireProject(state);
    requireGrantableRole(state, input.key, 'key');
    const { name, description, permissions } = state.roles.get(input.key)!;
    const before = { key: input.key, name, description, permissions };
    return canonical(before) === canonical(input)
      ? []
      : [projectRoleChanged.of(input)];
  }),

  StartRoleRemoval: rule(
    { key: roleKeySchema, withGrants: z.boolean() },
    (state, input) => {
      requireProject(state);
      const role = state.roles.get(input.key);
      if (!role) {
        throw refusal('iam.project.role_not_found', 'key');
      }
      // Asked again for more: to take the grants along after all.
      const again =
        role.status === 'removing' && (role.withGrants || !input.withGrants);
      return again ? [] : [projectRoleRemovalStarted.of(input)];
    },
  ),

  /** How many grants the process found. */
  FinishRoleRemoval: rule(
    { key: roleKeySchema, ...countedAt },
    (state, { key, count, position }) => {
      requireProject(state);
      const role = state.roles.get(key);
      if (role?.status !== 'removing' || position < role.removingSince) {
        return [];
      }
      if (count === 0) {
        return [projectRoleRemoved.of({ key })];
      }
      if (role.withGrants) {
        throw refusal('iam.project.role_removing', 'key');
      }
      return [projectRoleRemovalCancelled.of({ key })];
    },
  ),
};

function canonical(role: {
  name: string;
  description?: string;
  permissions: unknown;
}): string {
  return JSON.stringify([role.name, role.description, role.permissions]);
}
