/**
 * The delegation of some roles of a project to another organization, which then
 * grants them to its own users and groups.
 *
 * `none → active ⇄ inactive`, from both `→ removing → none` again. Withdrawing
 * is the owner's right and takes effect at once: a role carries something only
 * while it is in `roles`. The grants that are left over are cleared by a
 * process, and until then the role can't be delegated again, since they would
 * come back to life.
 */
import {
  organizationIdSchema,
  projectGrantAdded,
  projectGrantDeactivated,
  projectGrantReactivated,
  projectGrantRemovalStarted,
  projectGrantRemoved,
  projectGrantRolesChanged,
  projectIdSchema,
  refusal,
  roleKeySchema,
  type OrganizationId,
  type ProjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { countedAt } from '../evidence';
import { projectGrantEvents, projectGrantWithdrawalCompleted } from './events';

export interface ProjectGrantState {
  readonly status: 'none' | 'active' | 'inactive' | 'removing';
  readonly project?: ProjectId;
  readonly organization?: OrganizationId;
  readonly roles: readonly string[];
  /**
   * No longer delegated, but their grants are not cleared yet; with the
   * position at which they were withdrawn.
   */
  readonly withdrawn: ReadonlyMap<string, number>;
  /** The position at which its removal started. */
  readonly removingSince: number;
}

const rule = rulesFor<ProjectGrantState>();
const roles = z.array(roleKeySchema).min(1).max(500);

/** @throws CommandRejectedError when it is not there, or on its way out */
function requireProjectGrant(state: ProjectGrantState, field?: string): void {
  if (state.status === 'none') {
    throw refusal('iam.project_grant.not_found', field);
  }
  if (state.status === 'removing') {
    throw refusal('iam.project_grant.removing', field);
  }
}

/** @throws CommandRejectedError unless the organization may grant the role */
export function requireDelegatedRole(
  state: ProjectGrantState,
  role: string,
  field: string,
): void {
  requireProjectGrant(state, 'project');
  if (state.status === 'inactive') {
    throw refusal('iam.project_grant.inactive', 'project');
  }
  if (!state.roles.includes(role)) {
    throw refusal('iam.project_grant.role_not_granted', field);
  }
}

const rules = {
  /** Part of `addProjectGrant`. */
  Add: rule(
    {
      project: projectIdSchema,
      organization: organizationIdSchema,
      roles,
    },
    (state, input) => {
      if (state.status === 'removing') {
        throw refusal('iam.project_grant.removing');
      }
      if (state.status !== 'none') {
        throw refusal('iam.project_grant.exists', 'organization');
      }
      return [
        projectGrantAdded.of({ ...input, roles: [...new Set(input.roles)] }),
      ];
    },
  ),

  /** Part of `changeProjectGrant`. */
  ChangeRoles: rule({ roles }, (state, input) => {
    requireProjectGrant(state);
    const next = [...new Set(input.roles)];
    const back = next.findIndex(role => state.withdrawn.has(role));
    if (back >= 0) {
      throw refusal('iam.project_grant.role_withdrawn', `roles.${back}`);
    }
    const withdrawn = state.roles.filter(role => !next.includes(role));
    const added = next.filter(role => !state.roles.includes(role));
    return withdrawn.length + added.length === 0
      ? []
      : [projectGrantRolesChanged.of({ roles: next, withdrawn })];
  }),

  /** How many grants of these roles the process found. */
  CompleteWithdrawal: rule({ roles, ...countedAt }, (state, input) => {
    const done = input.roles.filter(role => {
      const since = state.withdrawn.get(role);
      return since !== undefined && input.position >= since;
    });
    if (input.count > 0 && done.length > 0) {
      throw refusal('iam.project_grant.role_withdrawn', 'count');
    }
    return done.length === 0
      ? []
      : [projectGrantWithdrawalCompleted.of({ roles: done })];
  }),

  Deactivate: rule({}, state => {
    requireProjectGrant(state);
    return state.status === 'inactive' ? [] : [projectGrantDeactivated.of({})];
  }),

  Reactivate: rule({}, state => {
    requireProjectGrant(state);
    return state.status === 'active' ? [] : [projectGrantReactivated.of({})];
  }),

  StartRemoval: rule({}, state => {
    if (state.status === 'removing') {
      return [];
    }
    requireProjectGrant(state);
    return [projectGrantRemovalStarted.of({})];
  }),

  /** How many grants that rest on it the process found. */
  FinishRemoval: rule(countedAt, (state, { count, position }) => {
    if (state.status !== 'removing' || position < state.removingSince) {
      return [];
    }
    if (count > 0) {
      throw refusal('iam.project_grant.removing', 'count');
    }
    return [projectGrantRemoved.of({})];
  }),
};

function initial(): ProjectGrantState {
  return { status: 'none', roles: [], withdrawn: new Map(), removingSince: 0 };
}

export const projectGrantAggregate = defineIamAggregate({
  type: 'iam.project_grant',
  events: projectGrantEvents,
  initial,
  evolve: {
    'iam.project_grant.added': (_state, { payload }) => ({
      ...initial(),
      ...payload,
      status: 'active' as const,
    }),
    'iam.project_grant.roles_changed': (state, { payload, position }) => ({
      ...state,
      roles: payload.roles,
      withdrawn: new Map([
        ...state.withdrawn,
        ...payload.withdrawn.map((role): [string, number] => [role, position]),
      ]),
    }),
    'iam.project_grant.withdrawal_completed': (state, { payload }) => ({
      ...state,
      withdrawn: new Map(
        [...state.withdrawn].filter(([role]) => !payload.roles.includes(role)),
      ),
    }),
    'iam.project_grant.deactivated': state => ({
      ...state,
      status: 'inactive' as const,
    }),
    'iam.project_grant.reactivated': state => ({
      ...state,
      status: 'active' as const,
    }),
    'iam.project_grant.removal_started': (state, { position }) => ({
      ...state,
      removingSince: position,
      status: 'removing' as const,
    }),
    'iam.project_grant.removed': initial,
  },
  rules,
});
