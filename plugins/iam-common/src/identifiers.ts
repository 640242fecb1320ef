// The ids of IAM's aggregates, as types that cannot be mixed up.
import {
  aggregateIdSchema,
  aggregateUuidOf,
  type AggregateId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import { v5 } from 'uuid';
import { z } from 'zod';

function idOf<const TType extends string>(type: TType) {
  return aggregateIdSchema.refine(id => id.startsWith(`${type}/`), {
    error: `must be an id of ${type}`,
    params: { code: 'iam.input.wrong_kind' },
  });
}

/** `iam.instance/<uuid>`: see {@link instanceAggregateId}. @public */
export const instanceAggregateIdSchema =
  idOf('iam.instance').brand<'InstanceAggregateId'>();
/** @public */
export type InstanceAggregateId = z.output<typeof instanceAggregateIdSchema>;

/** @public */
export const organizationIdSchema =
  idOf('iam.organization').brand<'OrganizationId'>();
/** @public */
export type OrganizationId = z.output<typeof organizationIdSchema>;

/** A person or a machine. @public */
export const userIdSchema = idOf('iam.user').brand<'UserId'>();
/** @public */
export type UserId = z.output<typeof userIdSchema>;

/** @public */
export const groupIdSchema = idOf('iam.group').brand<'GroupId'>();
/** @public */
export type GroupId = z.output<typeof groupIdSchema>;

/** @public */
export const projectIdSchema = idOf('iam.project').brand<'ProjectId'>();
/** @public */
export type ProjectId = z.output<typeof projectIdSchema>;

/** @public */
export const projectGrantIdSchema =
  idOf('iam.project_grant').brand<'ProjectGrantId'>();
/** @public */
export type ProjectGrantId = z.output<typeof projectGrantIdSchema>;

/** @public */
export const administratorRoleIdSchema = idOf(
  'iam.administrator_role',
).brand<'AdministratorRoleId'>();
/** @public */
export type AdministratorRoleId = z.output<typeof administratorRoleIdSchema>;

/** Who can be given something: a user or a group. @public */
export const subjectIdSchema = z.union([userIdSchema, groupIdSchema], {
  error: 'must be the id of a user or a group',
});
/** @public */
export type SubjectId = z.output<typeof subjectIdSchema>;

/** What has administrators: an instance, an organization or a project. @public */
export const scopeIdSchema = z.union(
  [instanceAggregateIdSchema, organizationIdSchema, projectIdSchema],
  { error: 'must be the id of an instance, an organization or a project' },
);
/** @public */
export type ScopeId = z.output<typeof scopeIdSchema>;

/** What has policies of its own. @public */
export const policyOwnerIdSchema = z.union(
  [instanceAggregateIdSchema, organizationIdSchema],
  { error: 'must be the id of an instance or an organization' },
);
/** @public */
export type PolicyOwnerId = z.output<typeof policyOwnerIdSchema>;

/** The namespace under which ids are derived from names (RFC 9562 §5.5). */
const NAMESPACE = '8f7c0f5e-5d0b-4d0e-9a5c-4c1f0f5b6a11';

/**
 * The aggregate of an instance, whose name is no UUID: the same for the same
 * name, always.
 *
 * @public
 */
export function instanceAggregateId(instance: InstanceId): InstanceAggregateId {
  return `iam.instance/${v5(instance, NAMESPACE)}` as InstanceAggregateId;
}

/**
 * What a user or group has been given: groups, roles, administrations. One per
 * subject, with the subject's UUID.
 *
 * @public
 */
export function accessIdOf(subject: SubjectId): AggregateId {
  return sibling('iam.access', subject);
}

/**
 * The administrators of an instance, organization or project: one per scope,
 * with the scope's UUID.
 *
 * @public
 */
export function administrationIdOf(scope: ScopeId): AggregateId {
  return sibling('iam.administration', scope);
}

/**
 * Which group is in which, in one organization; with its UUID.
 *
 * @public
 */
export function groupHierarchyIdOf(organization: OrganizationId): AggregateId {
  return sibling('iam.group_hierarchy', organization);
}

/**
 * The policies an instance or organization sets; with its UUID.
 *
 * @public
 */
export function policyIdOf(owner: PolicyOwnerId): AggregateId {
  return sibling('iam.policy', owner);
}

/**
 * The delegation of a project to an organization: one for each pair.
 *
 * @public
 */
export function projectGrantIdOf(
  project: ProjectId,
  organization: OrganizationId,
): ProjectGrantId {
  const pair = `${aggregateUuidOf(project)}/${aggregateUuidOf(organization)}`;
  return `iam.project_grant/${v5(pair, NAMESPACE)}` as ProjectGrantId;
}

function sibling(type: string, id: AggregateId): AggregateId {
  return `${type}/${aggregateUuidOf(id)}` as AggregateId;
}
