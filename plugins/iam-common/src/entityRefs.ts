/**
 * How people, organizations and groups are called in Backstage's catalog
 * (catalog/docs/decisions/0049).
 *
 * A person is called by their id: it never changes, no other person gets it
 * later, and it says nothing about them once they are erased. Groups are called
 * by their slug, in a namespace per organization, because people write them
 * into files.
 */
import {
  aggregateUuidOf,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { userIdSchema, type UserId } from './identifiers';

const USER_PREFIX = 'user:default/';

/** No slug has a dot, so that no group can have this name. */
const WHOLE_ORGANIZATION = 'whole.organization';

/**
 * On every entity that belongs to an organization: the organization's slug.
 *
 * @public
 */
export const ORGANIZATION_ANNOTATION = 'callboard.io/organization';

/**
 * Who Backstage takes a user of IAM for: `user:default/<uuid>`.
 *
 * @public
 */
export function userEntityRef(user: UserId): string {
  return `${USER_PREFIX}${aggregateUuidOf(user as AggregateId)}`;
}

/**
 * The user that an entity reference stands for.
 *
 * @returns undefined when it is not one of IAM's users
 * @public
 */
export function userIdOfEntityRef(entityRef: string): UserId | undefined {
  if (!entityRef.startsWith(USER_PREFIX)) {
    return undefined;
  }
  const id = `iam.user/${entityRef.slice(USER_PREFIX.length)}`;
  const parsed = userIdSchema.safeParse(id);
  return parsed.success ? parsed.data : undefined;
}

/**
 * `group:<slug of the organization>/<slug of the group>`
 *
 * @public
 */
export function groupEntityRef(slugs: {
  readonly organization: string;
  readonly group: string;
}): string {
  return `group:${slugs.organization}/${slugs.group}`;
}

/**
 * The organization itself, as the group above all of its groups.
 *
 * @public
 */
export function organizationEntityRef(organization: string): string {
  return groupEntityRef({ organization, group: WHOLE_ORGANIZATION });
}
