import { z } from 'zod';
import { administratorRoleIdSchema } from '../identifiers';
import { LEVELS, permissions, type AdministrationLevel } from './permissions';
import { matchesPermission } from './permissionPattern';

/**
 * A named set of permissions for administrators.
 *
 * @public
 */
export interface AdministratorRole {
  /** Where it can be assigned. */
  readonly level: AdministrationLevel;
  readonly name: string;
  readonly description: string;
  /** Patterns; of IAM's permissions they include those of the level and below. */
  readonly permissions: readonly string[];
}

/**
 * The administrator roles that are always there. Instances and organizations
 * define their own beside them.
 *
 * @public
 */
export const builtInAdministratorRoles = {
  'instance-owner': {
    level: 'instance',
    name: 'Instance owner',
    description: 'May do everything in the instance.',
    permissions: ['*'],
  },
  'instance-viewer': {
    level: 'instance',
    name: 'Instance viewer',
    description: 'Sees everything in the instance, and changes nothing.',
    permissions: ['*.read'],
  },
  'instance-organization-manager': {
    level: 'instance',
    name: 'Organization manager',
    description: 'Creates organizations and looks after all of them.',
    permissions: [
      'iam.instance.read',
      'iam.organization.*',
      'iam.administrator_role.*',
      'iam.user.*',
      'iam.group.*',
      'iam.project.*',
      'iam.grant.*',
    ],
  },
  'instance-user-manager': {
    level: 'instance',
    name: 'User manager of the instance',
    description:
      'Looks after people, machines and groups of every organization.',
    permissions: [
      'iam.instance.read',
      'iam.organization.read',
      'iam.user.*',
      'iam.group.*',
    ],
  },
  'organization-owner': {
    level: 'organization',
    name: 'Organization owner',
    description: 'May do everything in the organization.',
    permissions: ['*'],
  },
  'organization-viewer': {
    level: 'organization',
    name: 'Organization viewer',
    description: 'Sees everything in the organization, and changes nothing.',
    permissions: ['*.read'],
  },
  'organization-user-manager': {
    level: 'organization',
    name: 'User manager',
    description: 'Looks after people, machines and groups.',
    permissions: ['iam.organization.read', 'iam.user.*', 'iam.group.*'],
  },
  'organization-project-manager': {
    level: 'organization',
    name: 'Project manager',
    description: 'Looks after projects, their roles and who has them.',
    permissions: [
      'iam.organization.read',
      'iam.user.read',
      'iam.group.read',
      'iam.project.*',
      'iam.grant.*',
    ],
  },
  'organization-policy-manager': {
    level: 'organization',
    name: 'Policy manager',
    description: 'Decides policies and the look of the login pages.',
    permissions: ['iam.organization.read', 'iam.organization.policy.*'],
  },
  'project-owner': {
    level: 'project',
    name: 'Project owner',
    description: 'May do everything in the project.',
    permissions: ['*'],
  },
  'project-viewer': {
    level: 'project',
    name: 'Project viewer',
    description: 'Sees the project, its roles and who has them.',
    permissions: ['*.read'],
  },
  'project-grant-manager': {
    level: 'project',
    name: 'Grant manager',
    description: 'Grants and revokes the roles of the project.',
    permissions: ['iam.project.read', 'iam.grant.*'],
  },
} as const satisfies Record<string, AdministratorRole>;

/** @public */
export type BuiltInAdministratorRole = keyof typeof builtInAdministratorRoles;

/**
 * The built-in role of a level of which an instance or organization always
 * keeps one active person.
 *
 * @public
 */
export const ownerRoleOf: Readonly<
  Record<AdministrationLevel, BuiltInAdministratorRole>
> = {
  instance: 'instance-owner',
  organization: 'organization-owner',
  project: 'project-owner',
};

/**
 * An administrator role: the key of a built-in one, or the id of one that was
 * defined.
 *
 * @public
 */
export const administratorRoleRefSchema = z.union(
  [
    z.enum(
      Object.keys(builtInAdministratorRoles) as [
        BuiltInAdministratorRole,
        ...BuiltInAdministratorRole[],
      ],
    ),
    administratorRoleIdSchema,
  ],
  { error: 'must be a built-in administrator role or the id of one' },
);

/** @public */
export type AdministratorRoleRef = z.output<typeof administratorRoleRefSchema>;

/**
 * The permissions of IAM that patterns give an administrator of a level.
 *
 * @public
 */
export function permissionsAt(
  level: AdministrationLevel,
  patterns: readonly string[],
): string[] {
  const widest = LEVELS.indexOf(level);
  return Object.entries(permissions)
    .filter(([, permission]) => LEVELS.indexOf(permission.level) >= widest)
    .map(([name]) => name)
    .filter(name => patterns.some(pattern => matchesPermission(pattern, name)));
}
