/**
 * An administrator role that an instance or organization defines for itself:
 * a key and permissions of its own choice.
 *
 * `none → active → removing → removed`, or back to `active` when it turns out
 * to be assigned and was to be removed only if it is not. While `removing` it
 * cannot be assigned, so what the process then counts can only become less.
 */
import { aggregateUuidOf } from '@callboard/plugin-eventstore-common';
import {
  administratorRoleAdded,
  administratorRoleChanged,
  administratorRoleRemovalCancelled,
  administratorRoleRemovalStarted,
  administratorRoleRemoved,
  builtInAdministratorRoles,
  descriptionSchema,
  instanceAggregateId,
  nameSchema,
  organizationIdSchema,
  permissionPatternSchema,
  refusal,
  roleKeySchema,
  type AdministrationLevel,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { administratorRoleKeyClaim } from '../claims';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { countedAt } from '../evidence';
import { administratorRoleEvents } from './events';

export interface AdministratorRoleState {
  readonly status: 'none' | 'active' | 'removing' | 'removed';
  readonly level?: AdministrationLevel;
  readonly organization?: OrganizationId;
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly permissions: readonly string[];
  /** Removed together with its assignments. */
  readonly withAssignments: boolean;
  /** The position at which its removal started. */
  readonly removingSince: number;
  readonly instance?: InstanceId;
}

const rule = rulesFor<AdministratorRoleState>();
const permissions = z.array(permissionPatternSchema).min(1).max(200);
const content = {
  name: nameSchema,
  description: descriptionSchema.optional(),
  permissions,
};

/** @throws CommandRejectedError unless it can be changed and assigned */
export function requireActiveAdministratorRole(
  state: AdministratorRoleState,
  field?: string,
): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.administrator_role.not_found', field);
  }
  if (state.status === 'removing') {
    throw refusal('iam.administrator_role.removing', field);
  }
}

const rules = {
  /** Part of `addAdministratorRole`. */
  Add: rule(
    {
      organization: organizationIdSchema.optional(),
      key: roleKeySchema,
      level: z.enum(['instance', 'organization', 'project']),
      ...content,
    },
    (state, input) => {
      if (state.status !== 'none') {
        throw refusal('iam.administrator_role.exists');
      }
      if (Object.hasOwn(builtInAdministratorRoles, input.key)) {
        throw refusal('iam.input.reserved', 'key');
      }
      if (input.organization && input.level === 'instance') {
        throw refusal('iam.administration.wrong_level', 'level');
      }
      return [administratorRoleAdded.of(input)];
    },
  ),

  Change: rule(content, (state, input) => {
    requireActiveAdministratorRole(state);
    const unchanged =
      state.name === input.name &&
      state.description === input.description &&
      JSON.stringify(state.permissions) === JSON.stringify(input.permissions);
    return unchanged ? [] : [administratorRoleChanged.of(input)];
  }),

  StartRemoval: rule({ withAssignments: z.boolean() }, (state, input) => {
    // Asked again for more: to take the assignments along after all.
    const again =
      state.status === 'removing' &&
      (state.withAssignments || !input.withAssignments);
    if (again) {
      return [];
    }
    if (state.status !== 'removing') {
      requireActiveAdministratorRole(state);
    }
    return [administratorRoleRemovalStarted.of(input)];
  }),

  /** How many assignments the process found. */
  FinishRemoval: rule(countedAt, (state, { count, position }) => {
    if (state.status === 'none') {
      throw refusal('iam.administrator_role.not_found');
    }
    if (state.status !== 'removing' || position < state.removingSince) {
      return [];
    }
    if (count === 0) {
      return [administratorRoleRemoved.of({})];
    }
    if (state.withAssignments) {
      throw refusal('iam.administrator_role.removing');
    }
    return [administratorRoleRemovalCancelled.of({})];
  }),
};

export const administratorRoleAggregate = defineIamAggregate({
  type: 'iam.administrator_role',
  events: administratorRoleEvents,
  initial: (): AdministratorRoleState => ({
    status: 'none' as const,
    key: '',
    name: '',
    permissions: [],
    withAssignments: false,
    removingSince: 0,
  }),
  evolve: {
    'iam.administrator_role.added': (state, { payload, instance }) => ({
      ...state,
      ...payload,
      instance,
      status: 'active' as const,
    }),
    'iam.administrator_role.changed': (state, { payload }) => ({
      ...state,
      name: payload.name,
      description: payload.description,
      permissions: payload.permissions,
    }),
    'iam.administrator_role.removal_started': (
      state,
      { payload, position },
    ) => ({
      ...state,
      status: 'removing' as const,
      withAssignments: payload.withAssignments,
      removingSince: position,
    }),
    'iam.administrator_role.removal_cancelled': state => ({
      ...state,
      status: 'active' as const,
    }),
    'iam.administrator_role.removed': state => ({
      ...state,
      status: 'removed' as const,
    }),
  },
  rules,
  claims: state =>
    state.status === 'none' || state.status === 'removed'
      ? []
      : [
          {
            definition: administratorRoleKeyClaim,
            value: `${aggregateUuidOf(
              state.organization ?? instanceAggregateId(state.instance!),
            )}/${state.key}`,
          },
        ],
});
