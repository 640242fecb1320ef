/**
 * Who may give which command: the permission, and for what it is needed. This
 * table is all there is to it; what it doesn't name cannot be called.
 *
 * `of` names the field with the id of the thing that it is needed for. A user
 * or group stands for its organization, an administrator role for whose it is,
 * and without `of` it is the instance. Beside it nobody hands out more than
 * they hold (`handsOut` of a command).
 */
import type { Permission } from '@callboard/plugin-iam-common';

/** One permission, or one for each kind of thing that the field can name. */
type Needed = Permission | Readonly<Partial<Record<Kind, Permission>>>;

/** `user` of `iam.user/<uuid>`. */
export type Kind =
  | 'instance'
  | 'organization'
  | 'user'
  | 'group'
  | 'project'
  | 'administrator_role';

export interface Requirement {
  readonly permission: Needed;
  readonly of?: string;
  /** Of oneself it is always allowed. */
  readonly self?: true;
}

/**
 * - a list: all of them; a `version` that is given is that of the first one
 * - `operator`: the portal's operator alone
 * - `code`: whoever knows the code that was sent
 * - `grants`: see `grantRequirements`
 */
export type CommandAuthorization =
  | readonly [Requirement, ...Requirement[]]
  | 'operator'
  | 'code'
  | 'grants';

const see = (of: string): Requirement => ({
  of,
  permission: { user: 'iam.user.read', group: 'iam.group.read' },
});
const instance = (permission: Permission) => [{ permission }] as const;
const organization = (permission: Permission) =>
  [{ of: 'organization', permission }] as const;
const user = (permission: Permission) => [{ of: 'user', permission }] as const;
const ownUser = (permission: Permission) =>
  [{ of: 'user', permission, self: true }] as const;
const group = (permission: Permission) =>
  [{ of: 'group', permission }] as const;
const project = (permission: Permission) =>
  [{ of: 'project', permission }] as const;
const administratorRole = (permission: Permission) =>
  [{ of: 'administratorRole', permission }] as const;

const administrators = {
  of: 'scope',
  permission: {
    instance: 'iam.instance.administrator.update',
    organization: 'iam.organization.administrator.update',
    project: 'iam.project.administrator.update',
  },
} as const satisfies Requirement;

const policies = {
  of: 'owner',
  permission: {
    instance: 'iam.instance.policy.update',
    organization: 'iam.organization.policy.update',
  },
} as const satisfies Requirement;

export const commandPermissions = {
  createInstance: 'operator',
  changeInstanceLimits: 'operator',
  removeInstance: 'operator',
  renameInstance: instance('iam.instance.update'),
  changeDefaultLanguage: instance('iam.instance.update'),
  changeDefaultOrganization: [
    { permission: 'iam.instance.update' },
    { of: 'organization', permission: 'iam.organization.read' },
  ],
  addInstanceDomain: instance('iam.instance.update'),
  changePrimaryInstanceDomain: instance('iam.instance.update'),
  removeInstanceDomain: instance('iam.instance.update'),

  createOrganization: instance('iam.organization.create'),
  renameOrganization: organization('iam.organization.update'),
  changeOrganizationSlug: organization('iam.organization.update'),
  setOrganizationMetadata: organization('iam.organization.update'),
  removeOrganizationMetadata: organization('iam.organization.update'),
  deactivateOrganization: organization('iam.organization.deactivate'),
  reactivateOrganization: organization('iam.organization.deactivate'),
  removeOrganization: organization('iam.organization.remove'),
  addDomain: organization('iam.organization.update'),
  challengeDomain: organization('iam.organization.update'),
  checkDomain: organization('iam.organization.update'),
  waiveDomainCheck: organization('iam.organization.update'),
  changePrimaryDomain: organization('iam.organization.update'),
  removeDomain: organization('iam.organization.update'),
  transferDomain: [
    { of: 'from', permission: 'iam.organization.update' },
    { of: 'to', permission: 'iam.organization.update' },
  ],

  createHuman: organization('iam.user.create'),
  createMachine: organization('iam.user.create'),
  inviteHuman: organization('iam.user.create'),
  inviteAgain: user('iam.user.create'),
  acceptInvitation: 'code',
  activateUser: user('iam.user.update'),
  changeUsername: user('iam.user.update'),
  changeProfile: ownUser('iam.user.update'),
  changeMachine: user('iam.user.update'),
  changeEmail: ownUser('iam.user.update'),
  requestEmailCode: ownUser('iam.user.update'),
  verifyEmail: 'code',
  confirmEmail: user('iam.user.update'),
  changePhone: ownUser('iam.user.update'),
  requestPhoneCode: ownUser('iam.user.update'),
  verifyPhone: 'code',
  confirmPhone: user('iam.user.update'),
  removePhone: ownUser('iam.user.update'),
  setUserMetadata: user('iam.user.update'),
  removeUserMetadata: user('iam.user.update'),
  changeAvatar: ownUser('iam.user.update'),
  removeAvatar: ownUser('iam.user.update'),
  lockUser: user('iam.user.lock'),
  unlockUser: user('iam.user.lock'),
  deactivateUser: user('iam.user.deactivate'),
  reactivateUser: user('iam.user.deactivate'),
  removeUser: user('iam.user.remove'),
  eraseUser: user('iam.user.erase'),

  createSecret: user('iam.user.credential.update'),
  removeSecret: user('iam.user.credential.update'),
  addKey: user('iam.user.credential.update'),
  createKey: user('iam.user.credential.update'),
  removeKey: user('iam.user.credential.update'),
  createToken: ownUser('iam.user.credential.update'),
  revokeToken: ownUser('iam.user.credential.update'),

  createGroup: organization('iam.group.create'),
  changeGroup: group('iam.group.update'),
  setGroupMetadata: group('iam.group.update'),
  removeGroupMetadata: group('iam.group.update'),
  removeGroup: group('iam.group.remove'),
  addMember: [
    { of: 'group', permission: 'iam.group.member.update' },
    see('user'),
  ],
  removeMember: group('iam.group.member.update'),
  addSubgroup: [
    { of: 'parent', permission: 'iam.group.member.update' },
    see('child'),
  ],
  removeSubgroup: [{ of: 'parent', permission: 'iam.group.member.update' }],

  createProject: organization('iam.project.create'),
  changeProject: project('iam.project.update'),
  deactivateProject: project('iam.project.update'),
  reactivateProject: project('iam.project.update'),
  removeProject: project('iam.project.remove'),
  addRole: project('iam.project.role.update'),
  changeRole: project('iam.project.role.update'),
  removeRole: project('iam.project.role.update'),
  delegateProject: project('iam.project.delegate'),
  changeDelegation: project('iam.project.delegate'),
  deactivateDelegation: project('iam.project.delegate'),
  reactivateDelegation: project('iam.project.delegate'),
  endDelegation: project('iam.project.delegate'),
  changeGrants: 'grants',

  createAdministratorRole: [
    { of: 'organization', permission: 'iam.administrator_role.create' },
  ],
  changeAdministratorRole: administratorRole('iam.administrator_role.update'),
  removeAdministratorRole: administratorRole('iam.administrator_role.remove'),
  assignAdministrator: [administrators, see('subject')],
  unassignAdministrator: [administrators],

  setPolicy: [policies],
  resetPolicy: [policies],
} as const satisfies Record<string, CommandAuthorization>;

export type CommandName = keyof typeof commandPermissions;
