/** What a command is about: whether it is there, and where permissions for it hold. */
import {
  WrongInstanceError,
  type AggregateDefinition,
  type AggregateId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import type { CommandRunner } from '@callboard/plugin-eventstore-node';
import {
  instanceAggregateId,
  refusal,
  type OrganizationId,
  type Permission,
  type ScopeId,
} from '@callboard/plugin-iam-common';
import { administratorRoleAggregate } from '../domain/administratorRole/administratorRole';
import { groupAggregate } from '../domain/group/group';
import { instanceAggregate } from '../domain/instance/instance';
import { organizationAggregate } from '../domain/organization/organization';
import { projectAggregate } from '../domain/project/project';
import { userAggregate } from '../domain/user/user';
import type { Kind } from './commandPermissions';

interface TargetKind {
  readonly definition: AggregateDefinition;
  /** Who has it may know that it is there. */
  readonly read: Permission;
  readonly missing: Parameters<typeof refusal>[0];
}

const kinds: Readonly<Record<Kind, TargetKind>> = {
  instance: {
    definition: instanceAggregate,
    read: 'iam.instance.read',
    missing: 'iam.instance.not_found',
  },
  organization: {
    definition: organizationAggregate,
    read: 'iam.organization.read',
    missing: 'iam.organization.not_found',
  },
  user: {
    definition: userAggregate,
    read: 'iam.user.read',
    missing: 'iam.user.not_found',
  },
  group: {
    definition: groupAggregate,
    read: 'iam.group.read',
    missing: 'iam.group.not_found',
  },
  project: {
    definition: projectAggregate,
    read: 'iam.project.read',
    missing: 'iam.project.not_found',
  },
  administrator_role: {
    definition: administratorRoleAggregate,
    read: 'iam.administrator_role.read',
    missing: 'iam.administrator_role.not_found',
  },
};

/** Something that a command is about, and that is there. */
export interface Target {
  readonly kind: Kind;
  readonly id: AggregateId;
  readonly definition: AggregateDefinition;
  readonly read: Permission;
  /** Where a permission for it has to hold. */
  readonly scope: ScopeId;
  /** It is not there, as far as the caller has to know. */
  notFound(): Error;
}

/**
 * Where things are never changes, so this can be found out before a command is
 * decided.
 *
 * @param field - where the id stands in the command
 * @throws CommandRejectedError `….not_found`, also when it is another instance's
 */
export async function findTarget(
  runner: CommandRunner,
  instance: InstanceId,
  id: AggregateId,
  field: string | undefined,
): Promise<Target> {
  const kind = id.slice('iam.'.length, id.indexOf('/')) as Kind;
  const { definition, read, missing } = kinds[kind];
  const notFound = () => refusal(missing, field);
  const own = instanceAggregateId(instance);
  if (kind === 'instance' && id !== own) {
    throw notFound();
  }
  const { state, version } = await runner
    .load(definition, id, instance)
    .catch(error => {
      throw error instanceof WrongInstanceError ? notFound() : error;
    });
  if (version === 0) {
    throw notFound();
  }
  const isScope = ['instance', 'organization', 'project'].includes(kind);
  const owner: OrganizationId | undefined = state.organization;
  const scope = isScope ? (id as ScopeId) : (owner ?? own);
  return { kind, id, definition, read, scope, notFound };
}
