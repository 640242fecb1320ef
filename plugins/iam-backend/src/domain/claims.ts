/** The values that are unique, and how two spellings of one are made equal. */
import { defineClaim } from '@callboard/plugin-eventstore-common';
import { loginNameKey, nameKey } from '@callboard/plugin-iam-common';

/** Hosts lead to an instance, so no two instances have the same. */
export const instanceDomainClaim = defineClaim({
  kind: 'iam.instance.domain',
  scope: 'global',
});

export const organizationNameClaim = defineClaim({
  kind: 'iam.organization.name',
  normalize: nameKey,
});
export const organizationSlugClaim = defineClaim({
  kind: 'iam.organization.slug',
});
/** Of a verified domain. Anybody may try to verify one. */
export const organizationDomainClaim = defineClaim({
  kind: 'iam.organization.domain',
});

/**
 * Usernames and e-mail addresses alike: people sign in with either, so that
 * one person's username must not be another's address.
 */
export const loginNameClaim = defineClaim({
  kind: 'iam.user.login_name',
  personal: true,
  normalize: loginNameKey,
});

/** `<uuid of the organization>/<name>`, as for all below. */
export const groupNameClaim = defineClaim({
  kind: 'iam.group.name',
  normalize: nameKey,
});
export const groupSlugClaim = defineClaim({ kind: 'iam.group.slug' });
export const projectNameClaim = defineClaim({
  kind: 'iam.project.name',
  normalize: nameKey,
});
export const projectSlugClaim = defineClaim({ kind: 'iam.project.slug' });
/** Those of the instance stand under its own UUID. */
export const administratorRoleKeyClaim = defineClaim({
  kind: 'iam.administrator_role.key',
});
