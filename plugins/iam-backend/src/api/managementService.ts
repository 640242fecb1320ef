/** What administrators of organizations and projects do. */
import { implementService } from '@callboard/api-node';
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import {
  builtInAdministratorRoles,
  permissions,
  type AdministratorRoleRef,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type ScopeId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import {
  GroupStatusSchema,
  ManagementService,
  MemberKindSchema,
  OrganizationStatusSchema,
  ProjectStatusSchema,
  UserStatusSchema,
  UserTypeSchema,
} from '@callboard/plugin-iam-common/api';
import {
  commandHandlers,
  sameCommands,
  type GivenCommands,
} from './commandHandlers';
import { choiceOf, policyOfSettings } from './commandInput';
import { found, pageOptions, readOptions, type IamApi } from './IamApi';
import { given, search, sorted, statuses } from './listFilters';
import {
  administratorMessage,
  administratorRoleMessage,
  builtInRoleMessage,
  explanationMessage,
  grantMessage,
  groupMessage,
  membershipMessage,
  organizationMessage,
  pageEnd,
  policyMessage,
  projectGrantMessage,
  projectMessage,
  projectRoleMessage,
  userMessage,
} from './messages';
import { listChanges } from './listChanges';
import { policiesFor } from './policiesFor';
import { userImportHandlers } from './userImportHandlers';

const commands = {
  ...sameCommands(
    'renameOrganization',
    'changeOrganizationSlug',
    'deactivateOrganization',
    'reactivateOrganization',
    'setOrganizationMetadata',
    'removeOrganizationMetadata',
    'removeOrganization',
    'addDomain',
    'challengeDomain',
    'checkDomain',
    'waiveDomainCheck',
    'changePrimaryDomain',
    'removeDomain',
    'transferDomain',
    'createHuman',
    'createMachine',
    'inviteHuman',
    'inviteAgain',
    'activateUser',
    'changeUsername',
    'changeProfile',
    'changeMachine',
    'changeEmail',
    'confirmEmail',
    'changePhone',
    'confirmPhone',
    'removePhone',
    'lockUser',
    'unlockUser',
    'deactivateUser',
    'reactivateUser',
    'eraseUser',
    'setUserMetadata',
    'removeUserMetadata',
    'removeUser',
    'createSecret',
    'removeSecret',
    'addKey',
    'createKey',
    'removeKey',
    'createToken',
    'revokeToken',
    'createGroup',
    'changeGroup',
    'setGroupMetadata',
    'removeGroupMetadata',
    'removeGroup',
    'addMember',
    'removeMember',
    'addSubgroup',
    'removeSubgroup',
    'createProject',
    'changeProject',
    'deactivateProject',
    'reactivateProject',
    'removeProject',
    'addRole',
    'changeRole',
    'removeRole',
    'delegateProject',
    'changeDelegation',
    'deactivateDelegation',
    'reactivateDelegation',
    'endDelegation',
    'changeGrants',
    'assignAdministrator',
    'unassignAdministrator',
    'createAdministratorRole',
    'changeAdministratorRole',
    'removeAdministratorRole',
  ),
  setPolicy: {
    command: 'setPolicy',
    toInput: ({ organization, settings }, { request }) => ({
      owner: organization,
      policy: policyOfSettings(request.settings),
      settings,
    }),
  },
  resetPolicy: {
    command: 'resetPolicy',
    toInput: ({ organization, kind }) => ({
      owner: organization,
      policy: kind,
    }),
  },
} as const satisfies GivenCommands<string>;

export function managementService(api: IamApi) {
  const { queries } = api;
  return implementService(ManagementService, {
    policies: policiesFor(ManagementService),
    handlers: {
      ...commandHandlers(api, ManagementService, commands),
      ...userImportHandlers(api),

      async listObjectChanges(request, context) {
        return listChanges(
          api,
          await api.callerOf(context),
          request.object as AggregateId,
          request,
        );
      },

      async listOrganizations(request, context) {
        const page = await queries.organizations.list(
          await api.callerOf(context),
          {
            status: statuses(OrganizationStatusSchema, request.statuses),
            slug: given(request.slug),
            ...search(request),
          },
          { ...pageOptions(request, context), ...sorted(request) },
        );
        return {
          organizations: page.items.map(organizationMessage),
          ...pageEnd(page),
        };
      },

      async getOrganization(request, context) {
        const organization = await queries.organizations.get(
          await api.callerOf(context),
          request.organization as OrganizationId,
          readOptions(request, context),
        );
        return organizationMessage(found(organization, 'organization'));
      },

      async listUsers(request, context) {
        const page = await queries.users.list(
          await api.callerOf(context),
          {
            organization: given<OrganizationId>(request.organization),
            type: choiceOf(UserTypeSchema, request.type) as
              | 'human'
              | 'machine'
              | undefined,
            status: statuses(UserStatusSchema, request.statuses),
            username: given(request.username),
            email: given(request.email),
            ...search(request),
          },
          { ...pageOptions(request, context), ...sorted(request) },
        );
        return {
          users: page.items.map(user => userMessage(user)),
          ...pageEnd(page),
        };
      },

      async getUser(request, context) {
        const caller = await api.callerOf(context);
        const user = await queries.users.get(
          caller,
          request.user as UserId,
          readOptions(request, context),
        );
        const shown = found(user, 'user');
        const isSeen =
          (caller.kind === 'user' && caller.user === shown.id) ||
          (await queries.authorizer.may(
            caller,
            'iam.user.credential.read',
            shown.organization,
          ));
        return userMessage(
          shown,
          isSeen ? await api.uses.of(shown.id) : undefined,
        );
      },

      async listGroups(request, context) {
        const page = await queries.groups.list(
          await api.callerOf(context),
          {
            organization: given<OrganizationId>(request.organization),
            status: statuses(GroupStatusSchema, request.statuses),
            slug: given(request.slug),
            ...search(request),
          },
          { ...pageOptions(request, context), ...sorted(request) },
        );
        return { groups: page.items.map(groupMessage), ...pageEnd(page) };
      },

      async getGroup(request, context) {
        const group = await queries.groups.get(
          await api.callerOf(context),
          request.group as GroupId,
          readOptions(request, context),
        );
        return groupMessage(found(group, 'group'));
      },

      async listMembers(request, context) {
        const page = await queries.members.ofGroup(
          await api.callerOf(context),
          request.group as GroupId,
          {
            kind: choiceOf(MemberKindSchema, request.kind) as
              | 'user'
              | 'group'
              | undefined,
            ...search(request),
          },
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return { members: page.items.map(membershipMessage), ...pageEnd(page) };
      },

      async listMemberships(request, context) {
        const page = await queries.members.groupsOf(
          await api.callerOf(context),
          request.member as SubjectId,
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return {
          memberships: page.items.map(membershipMessage),
          ...pageEnd(page),
        };
      },

      async listProjects(request, context) {
        const page = await queries.projects.list(
          await api.callerOf(context),
          {
            organization: given<OrganizationId>(request.organization),
            status: statuses(ProjectStatusSchema, request.statuses),
            slug: given(request.slug),
            ...search(request),
          },
          { ...pageOptions(request, context), ...sorted(request) },
        );
        return { projects: page.items.map(projectMessage), ...pageEnd(page) };
      },

      async getProject(request, context) {
        const project = await queries.projects.get(
          await api.callerOf(context),
          request.project as ProjectId,
          readOptions(request, context),
        );
        return projectMessage(found(project, 'project'));
      },

      async listRoles(request, context) {
        const roles = await queries.projects.roles(
          await api.callerOf(context),
          request.project as ProjectId,
          readOptions(request, context),
        );
        return { roles: roles.map(projectRoleMessage) };
      },

      async listProjectGrants(request, context) {
        const page = await queries.projectGrants.list(
          await api.callerOf(context),
          {
            project: given<ProjectId>(request.project),
            organization: given<OrganizationId>(request.organization),
          },
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return {
          projectGrants: page.items.map(projectGrantMessage),
          ...pageEnd(page),
        };
      },

      async listGrants(request, context) {
        const page = await queries.grants.list(
          await api.callerOf(context),
          {
            subject: given<SubjectId>(request.subject),
            project: given<ProjectId>(request.project),
            role: given(request.role),
            organization: given<OrganizationId>(request.organization),
            expired: request.expired,
          },
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return { grants: page.items.map(grantMessage), ...pageEnd(page) };
      },

      async listAdministrators(request, context) {
        const page = await queries.administrators.list(
          await api.callerOf(context),
          {
            scope: given<ScopeId>(request.scope),
            subject: given<SubjectId>(request.subject),
            role: given<AdministratorRoleRef>(request.role),
          },
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return {
          administrators: page.items.map(administratorMessage),
          ...pageEnd(page),
        };
      },

      async listAdministratorRoles(request, context) {
        const page = await queries.administrators.roles(
          await api.callerOf(context),
          { organization: given<OrganizationId>(request.organization) },
          { ...pageOptions(request, context), descending: request.descending },
        );
        return {
          roles: page.items.map(administratorRoleMessage),
          ...pageEnd(page),
        };
      },

      listBuiltInAdministratorRoles: () => ({
        roles: Object.entries(builtInAdministratorRoles).map(([key, role]) =>
          builtInRoleMessage(key, role),
        ),
      }),

      listPermissions: () => ({
        permissions: Object.entries(permissions).map(([name, permission]) => ({
          name,
          ...permission,
        })),
      }),

      async listPolicies(request, context) {
        const policies = await queries.policies.list(
          await api.callerOf(context),
          request.organization as OrganizationId,
          readOptions(request, context),
        );
        return { policies: policies.map(policyMessage) };
      },

      async explainAccess(request, context) {
        const explanation = await queries.explainer.explain(
          await api.callerOf(context),
          {
            subject: request.subject as UserId,
            permission: request.permission,
            scope: given<ScopeId>(request.scope),
          },
          readOptions(request, context),
        );
        return explanationMessage(found(explanation, 'user'));
      },
    },
  });
}
