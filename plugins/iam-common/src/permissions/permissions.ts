/**
 * Every permission of IAM: what it is for, and at which level it can be held.
 *
 * A permission held at a level holds for everything below: one held for an
 * instance holds in all its organizations, one held for an organization in all
 * its projects. Backstage's own permissions (`catalog.entity.read`) come from
 * the plugins that check them; roles name both in the same patterns.
 */

/** From wide to narrow. @public */
export const LEVELS = [
  'system',
  'instance',
  'organization',
  'project',
] as const;

/** @public */
export type Level = (typeof LEVELS)[number];

/** A level that has administrators of its own. @public */
export type AdministrationLevel = Exclude<Level, 'system'>;

const system = (description: string) =>
  ({ level: 'system', description }) as const;
const instance = (description: string) =>
  ({ level: 'instance', description }) as const;
const organization = (description: string) =>
  ({ level: 'organization', description }) as const;
const project = (description: string) =>
  ({ level: 'project', description }) as const;

/** By name; `level` is the narrowest at which it can be held. @public */
export const permissions = {
  'iam.system.instance.read': system('List instances and see their settings'),
  'iam.system.instance.create': system('Create an instance'),
  'iam.system.instance.update': system(
    'Rename an instance, block it, set its limits',
  ),
  'iam.system.instance.remove': system('Remove an instance with all it holds'),

  'iam.instance.read': instance('See the instance, its domains and defaults'),
  'iam.instance.update': instance(
    'Change the instance, its domains and defaults',
  ),
  'iam.instance.administrator.read': instance(
    "See the instance's administrators",
  ),
  'iam.instance.administrator.update': instance(
    "Appoint and dismiss the instance's administrators",
  ),
  'iam.instance.policy.read': instance("See the instance's policies"),
  'iam.instance.policy.update': instance(
    "Set and reset the instance's policies",
  ),
  'iam.organization.create': instance('Create an organization'),

  'iam.organization.read': organization('See an organization and its domains'),
  'iam.organization.update': organization(
    'Change an organization, its domains and metadata',
  ),
  'iam.organization.deactivate': organization(
    'Deactivate and reactivate an organization',
  ),
  'iam.organization.remove': organization(
    'Remove an organization with all it holds',
  ),
  'iam.organization.administrator.read': organization(
    "See an organization's administrators",
  ),
  'iam.organization.administrator.update': organization(
    "Appoint and dismiss an organization's administrators",
  ),
  'iam.organization.policy.read': organization(
    "See an organization's policies",
  ),
  'iam.organization.policy.update': organization(
    "Set and reset an organization's policies",
  ),
  'iam.administrator_role.read': organization('See the administrator roles'),
  'iam.administrator_role.create': organization('Define an administrator role'),
  'iam.administrator_role.update': organization('Change an administrator role'),
  'iam.administrator_role.remove': organization('Remove an administrator role'),

  'iam.user.read': organization('See people and machines'),
  'iam.user.create': organization(
    'Create, invite and import people and machines',
  ),
  'iam.user.update': organization(
    'Change profile, e-mail address, telephone and metadata',
  ),
  'iam.user.deactivate': organization('Deactivate and reactivate a user'),
  'iam.user.lock': organization('Lock and unlock a user'),
  'iam.user.remove': organization('Remove a user'),
  'iam.user.erase': organization("Erase a person's data for good"),
  'iam.user.credential.read': organization(
    'See which keys and tokens a user has',
  ),
  'iam.user.credential.update': organization(
    'Issue and revoke secrets, keys and tokens',
  ),

  'iam.group.read': organization('See groups and who is in them'),
  'iam.group.create': organization('Create a group'),
  'iam.group.update': organization('Change a group and its metadata'),
  'iam.group.member.update': organization(
    'Add and remove members and subgroups',
  ),
  'iam.group.remove': organization('Remove a group'),

  'iam.project.create': organization('Create a project'),
  'iam.project.read': project('See a project and its roles'),
  'iam.project.update': project('Change a project'),
  'iam.project.remove': project('Remove a project with its roles and grants'),
  'iam.project.role.update': project('Define, change and remove roles'),
  'iam.project.administrator.read': project("See a project's administrators"),
  'iam.project.administrator.update': project(
    "Appoint and dismiss a project's administrators",
  ),
  'iam.project.delegate': project(
    'Grant roles of a project to another organization',
  ),
  'iam.grant.read': project('See who has which role'),
  'iam.grant.update': project('Grant and revoke roles'),
} as const satisfies Record<string, { level: Level; description: string }>;

/** @public */
export type Permission = keyof typeof permissions;
