/**
 * What one user or group has been given: memberships, roles, administrations.
 *
 * It is kept on the side of whoever has it, since that is small, while a group
 * may have 100,000 members and a role as many holders. So granting to different
 * subjects never collides, and whoever removes or locks a user knows exactly
 * what goes with it (catalog/docs/decisions/0041).
 *
 * Its commands are parts of units of work that check the other side.
 */
import {
  accessClosed,
  administrationGained,
  administrationLost,
  groupIdSchema,
  groupJoined,
  groupLeft,
  organizationIdSchema,
  projectIdSchema,
  refusal,
  roleGranted,
  roleKeySchema,
  roleRevoked,
  scopeIdSchema,
  subjectIdSchema,
  userIdSchema,
  type ProjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { expiresAtSchema, hasEnded, requireFuture } from '../deadline';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { accessEvents } from './events';
import type { AccessState, RoleGrant } from './state';

const MAX_GROUPS = 1_000;
const MAX_ROLES = 2_000;
const MAX_ADMINISTRATIONS = 500;
const MAX_ROLES_AT_ONCE = 100;

const rule = rulesFor<AccessState>();
const inSubject = { subject: subjectIdSchema };
const ofUser = { subject: userIdSchema, group: groupIdSchema };
const roleKeys = z.array(roleKeySchema).min(1).max(MAX_ROLES_AT_ONCE);

function requireOpen(state: AccessState): void {
  if (state.closed) {
    throw refusal('iam.access.closed', 'subject');
  }
}

function rolesIn(
  state: AccessState,
  project: ProjectId,
): ReadonlyMap<string, RoleGrant> {
  return state.roles.get(project) ?? new Map<string, RoleGrant>();
}

function countRoles(state: AccessState): number {
  return [...state.roles.values()].reduce((sum, roles) => sum + roles.size, 0);
}

const rules = {
  JoinGroup: rule(ofUser, (state, input) => {
    requireOpen(state);
    if (state.groups.has(input.group)) {
      return [];
    }
    if (state.groups.size >= MAX_GROUPS) {
      throw refusal('iam.access.too_many', 'group');
    }
    return [groupJoined.of(input)];
  }),

  LeaveGroup: rule(
    { ...ofUser, because: z.enum(['removed_from_group', 'group_removed']) },
    (state, input) =>
      state.groups.has(input.group) ? [groupLeft.of(input)] : [],
  ),

  GrantRoles: rule(
    {
      ...inSubject,
      project: projectIdSchema,
      organization: organizationIdSchema,
      roles: z
        .array(
          z.strictObject({
            key: roleKeySchema,
            expiresAt: expiresAtSchema.optional(),
          }),
        )
        .min(1)
        .max(MAX_ROLES_AT_ONCE),
    },
    (state, { roles, ...to }, { now }) => {
      requireOpen(state);
      const before = rolesIn(state, to.project);
      const keys = new Set<string>();
      const granted = roles.filter(({ key, expiresAt }, at) => {
        if (keys.has(key)) {
          throw refusal('iam.input.duplicate', `roles.${at}.key`);
        }
        keys.add(key);
        requireFuture(expiresAt, now, `roles.${at}.expiresAt`);
        const held = before.get(key);
        return !held || held.expiresAt !== expiresAt;
      });
      const added = granted.filter(({ key }) => !before.has(key)).length;
      if (countRoles(state) + added > MAX_ROLES) {
        throw refusal('iam.access.too_many', 'roles');
      }
      return granted.map(({ key, expiresAt }) =>
        roleGranted.of({ ...to, role: key, expiresAt }),
      );
    },
  ),

  /** What is not granted is no matter; what is wanted is that it is not. */
  RevokeRoles: rule(
    {
      ...inSubject,
      project: projectIdSchema,
      roles: roleKeys,
      because: z.enum(['revoked', 'role_removed', 'delegation_ended']),
    },
    (state, { roles, ...from }) =>
      [...new Set(roles)]
        .filter(role => rolesIn(state, from.project).has(role))
        .map(role => roleRevoked.of({ ...from, role })),
  ),

  RevokeProject: rule(
    {
      ...inSubject,
      project: projectIdSchema,
      because: z.enum(['revoked', 'project_removed', 'delegation_ended']),
    },
    (state, from) =>
      [...rolesIn(state, from.project).keys()].map(role =>
        roleRevoked.of({ ...from, role }),
      ),
  ),

  /** A grant counts no more once its time is over; this writes it down. */
  ExpireRole: rule(
    { ...inSubject, project: projectIdSchema, role: roleKeySchema },
    (state, input, { now }) => {
      const held = rolesIn(state, input.project).get(input.role);
      if (!held) {
        return [];
      }
      if (!hasEnded(held.expiresAt, now)) {
        throw refusal('iam.access.not_expired', 'role');
      }
      return [roleRevoked.of({ ...input, because: 'expired' })];
    },
  ),

  GainAdministration: rule(
    { ...inSubject, scope: scopeIdSchema },
    (state, input) => {
      requireOpen(state);
      if (state.administrations.has(input.scope)) {
        return [];
      }
      if (state.administrations.size >= MAX_ADMINISTRATIONS) {
        throw refusal('iam.access.too_many', 'scope');
      }
      return [administrationGained.of(input)];
    },
  ),

  LoseAdministration: rule(
    { ...inSubject, scope: scopeIdSchema },
    (state, input) =>
      state.administrations.has(input.scope)
        ? [administrationLost.of(input)]
        : [],
  ),

  /** The subject is gone. */
  Close: rule(inSubject, (state, input) =>
    state.closed ? [] : [accessClosed.of(input)],
  ),
};

function withRole(
  state: AccessState,
  project: ProjectId,
  role: string,
  grant: RoleGrant | undefined,
): AccessState {
  const inProject = new Map(rolesIn(state, project));
  if (grant) {
    inProject.set(role, grant);
  } else {
    inProject.delete(role);
  }
  const roles = new Map(state.roles);
  if (inProject.size > 0) {
    roles.set(project, inProject);
  } else {
    roles.delete(project);
  }
  return { ...state, roles };
}

function initial(): AccessState {
  return {
    closed: false,
    groups: new Set(),
    roles: new Map(),
    administrations: new Set(),
  };
}

export const accessAggregate = defineIamAggregate({
  type: 'iam.access',
  events: accessEvents,
  initial,
  evolve: {
    'iam.access.group_joined': (state, { payload }) => ({
      ...state,
      groups: new Set([...state.groups, payload.group]),
    }),
    'iam.access.group_left': (state, { payload }) => ({
      ...state,
      groups: new Set([...state.groups].filter(id => id !== payload.group)),
    }),
    'iam.access.role_granted': (state, { payload }) =>
      withRole(state, payload.project, payload.role, {
        organization: payload.organization,
        expiresAt: payload.expiresAt,
      }),
    'iam.access.role_revoked': (state, { payload }) =>
      withRole(state, payload.project, payload.role, undefined),
    'iam.access.administration_gained': (state, { payload }) => ({
      ...state,
      administrations: new Set([...state.administrations, payload.scope]),
    }),
    'iam.access.administration_lost': (state, { payload }) => ({
      ...state,
      administrations: new Set(
        [...state.administrations].filter(id => id !== payload.scope),
      ),
    }),
    'iam.access.closed': () => ({ ...initial(), closed: true }),
  },
  rules,
});
