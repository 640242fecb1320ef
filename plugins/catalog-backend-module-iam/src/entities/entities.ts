/** Users, groups and organizations of IAM as entities of the catalog. */
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  parseEntityRef,
  type GroupEntity,
  type UserEntity,
} from '@backstage/catalog-model';
import {
  groupEntityRef,
  ORGANIZATION_ANNOTATION,
  organizationEntityRef,
  userEntityRef,
  type UserId,
} from '@callboard/plugin-iam-common';

/** Where such entities are said to come from: `iam:<id>`. */
export const LOCATION_TYPE = 'iam';

/** A group as it is referred to. */
export interface GroupName {
  /** Slug of its organization. */
  readonly organization: string;
  readonly slug: string;
}

export interface DirectoryUser {
  readonly id: string;
  /** Slug of the organization. */
  readonly organization: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly groups: readonly GroupName[];
}

export interface DirectoryGroup extends GroupName {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Whether it is in no other group. */
  readonly isTop: boolean;
  readonly children: readonly GroupName[];
}

export interface DirectoryOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export function toUserEntity(user: DirectoryUser): UserEntity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: {
      ...metadataOf(userEntityRef(user.id as UserId), user),
      title: user.displayName,
    },
    spec: {
      profile: {
        displayName: user.displayName,
        ...(user.email === null ? {} : { email: user.email }),
      },
      memberOf: user.groups.map(refOf),
    },
  };
}

export function toGroupEntity(group: DirectoryGroup): GroupEntity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: {
      ...metadataOf(refOf(group), group),
      title: group.name,
      ...(group.description === null ? {} : { description: group.description }),
    },
    spec: {
      type: 'team',
      profile: { displayName: group.name },
      // A group may be in several. Backstage knows one parent, but any number
      // of children; so a group names what is in it.
      ...(group.isTop
        ? { parent: organizationEntityRef(group.organization) }
        : {}),
      children: group.children.map(refOf),
    },
  };
}

export function toOrganizationEntity(
  organization: DirectoryOrganization,
): GroupEntity {
  const { slug, name } = organization;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: {
      ...metadataOf(organizationEntityRef(slug), {
        id: organization.id,
        organization: slug,
      }),
      title: name,
    },
    spec: {
      type: 'organization',
      profile: { displayName: name },
      children: [],
    },
  };
}

function refOf({ organization, slug }: GroupName): string {
  return groupEntityRef({ organization, group: slug });
}

function metadataOf(
  entityRef: string,
  { id, organization }: { id: string; organization: string },
) {
  const { namespace, name } = parseEntityRef(entityRef);
  const location = `${LOCATION_TYPE}:${id}`;
  return {
    namespace,
    name,
    annotations: {
      [ANNOTATION_LOCATION]: location,
      [ANNOTATION_ORIGIN_LOCATION]: location,
      [ORGANIZATION_ANNOTATION]: organization,
    },
  };
}
