/** Projects, their roles, and the delegation of roles to other organizations. */
import {
  descriptionSchema,
  nameSchema,
  organizationIdSchema,
  projectGrantIdOf,
  refusal,
  roleKeySchema,
  rolePermissionsSchema,
  type OrganizationId,
  type ProjectGrantId,
  type ProjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { addProject } from '../domain/project/addProject';
import { projectAggregate } from '../domain/project/project';
import {
  addProjectGrant,
  changeProjectGrant,
} from '../domain/projectGrant/delegateRoles';
import { projectGrantAggregate } from '../domain/projectGrant/projectGrant';
import { change, read, type UnitOfWork } from '../domain/unitOfWork';
import { defineCommand } from './defineCommand';
import { content, ofProject } from './fields';
import type { HandedOut } from './handedOut';

type ProjectCommand = Parameters<typeof projectAggregate.decide>[1];
type DelegationCommand = Parameters<typeof projectGrantAggregate.decide>[1];

function* changeProject(
  project: ProjectId,
  command: ProjectCommand,
): UnitOfWork {
  yield* change(projectAggregate, project, command);
}

interface Delegation {
  readonly project: ProjectId;
  readonly organization: OrganizationId;
}

/** @throws CommandRejectedError when nothing was delegated to it */
function* requireDelegation({
  project,
  organization,
}: Delegation): UnitOfWork<ProjectGrantId> {
  const id = projectGrantIdOf(project, organization);
  const { status } = yield* read(projectGrantAggregate, id);
  if (status === 'none') {
    throw refusal('iam.project_grant.not_found', 'organization');
  }
  return id;
}

function* changeDelegation(
  delegated: Delegation,
  command: DelegationCommand,
): UnitOfWork {
  const id = yield* requireDelegation(delegated);
  yield* change(projectGrantAggregate, id, command);
}

const role = z.strictObject({
  ...ofProject,
  key: roleKeySchema,
  name: nameSchema,
  description: descriptionSchema.optional(),
  permissions: rolePermissionsSchema,
});

/** Whoever gets the role gets these. */
function* handsOutRole({
  project,
  permissions,
}: z.output<typeof role>): UnitOfWork<HandedOut[]> {
  return permissions.map(({ pattern }, at) => ({
    scope: project,
    patterns: [pattern],
    field: `permissions.${at}.pattern`,
  }));
}

const delegation = { ...ofProject, organization: organizationIdSchema };
const roles = z.array(roleKeySchema).min(1).max(500);
const delegatedRoles = z.strictObject({ ...delegation, roles });

/** The other organization can give them to whom it likes. */
function* handsOutRoles({
  project,
  roles: keys,
}: z.output<typeof delegatedRoles>): UnitOfWork<HandedOut[]> {
  const state = yield* read(projectAggregate, project);
  return keys.map((key, at) => ({
    scope: project,
    patterns: (state.roles.get(key)?.permissions ?? []).map(
      ({ pattern }) => pattern,
    ),
    field: `roles.${at}`,
  }));
}

export const projectCommands = {
  createProject: defineCommand({
    creates: 'iam.project',
    input: z.strictObject({ organization: organizationIdSchema, ...content }),
    decide: (input, { id }) => addProject({ project: id, ...input }),
  }),

  changeProject: defineCommand({
    input: z.strictObject({ ...ofProject, ...content }),
    decide: ({ project, version: _seen, ...input }) =>
      changeProject(project, { kind: 'Change', ...input }),
  }),

  deactivateProject: defineCommand({
    input: z.strictObject(ofProject),
    decide: ({ project }) => changeProject(project, { kind: 'Deactivate' }),
  }),

  reactivateProject: defineCommand({
    input: z.strictObject(ofProject),
    decide: ({ project }) => changeProject(project, { kind: 'Reactivate' }),
  }),

  /** Begins a process that takes its grants and administrators along. */
  removeProject: defineCommand({
    input: z.strictObject(ofProject),
    decide: ({ project }) => changeProject(project, { kind: 'StartRemoval' }),
  }),

  addRole: defineCommand({
    input: role,
    handsOut: handsOutRole,
    decide: ({ project, version: _seen, ...input }) =>
      changeProject(project, { kind: 'AddRole', ...input }),
  }),

  changeRole: defineCommand({
    input: role,
    handsOut: handsOutRole,
    decide: ({ project, version: _seen, ...input }) =>
      changeProject(project, { kind: 'ChangeRole', ...input }),
  }),

  /**
   * Begins to remove a role. If somebody has it, it stays, unless its grants
   * are to go along.
   */
  removeRole: defineCommand({
    input: z.strictObject({
      ...ofProject,
      key: roleKeySchema,
      withGrants: z.boolean(),
    }),
    decide: ({ project, key, withGrants }) =>
      changeProject(project, { kind: 'StartRoleRemoval', key, withGrants }),
  }),

  delegateProject: defineCommand({
    input: delegatedRoles,
    handsOut: handsOutRoles,
    decide: ({ version: _seen, ...input }) => addProjectGrant(input),
  }),

  changeDelegation: defineCommand({
    input: delegatedRoles,
    handsOut: handsOutRoles,
    *decide({ version: _seen, ...input }): UnitOfWork {
      yield* requireDelegation(input);
      yield* changeProjectGrant(input);
    },
  }),

  deactivateDelegation: defineCommand({
    input: z.strictObject(delegation),
    decide: input => changeDelegation(input, { kind: 'Deactivate' }),
  }),

  reactivateDelegation: defineCommand({
    input: z.strictObject(delegation),
    decide: input => changeDelegation(input, { kind: 'Reactivate' }),
  }),

  /** Begins a process that takes the grants along that rest on it. */
  endDelegation: defineCommand({
    input: z.strictObject(delegation),
    decide: input => changeDelegation(input, { kind: 'StartRemoval' }),
  }),
};
