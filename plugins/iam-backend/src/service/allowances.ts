/**
 * What a user's roles come to in the portal (catalog/docs/decisions/0048).
 *
 * Whoever may define roles of a project decides about the things of the
 * project's organization, not about the portal. So a role holds in all of the
 * portal only if its project belongs to the portal's own organization, the
 * default one of the instance; every other role, and every administrator of an
 * organization, is limited to that organization's things.
 */
import type {
  OrganizationId,
  RoleCondition,
} from '@callboard/plugin-iam-common';
import type { Allowance, AllowanceCondition } from '@callboard/plugin-iam-node';
import type { Holding } from '../queries/ViewAuthorizer';

interface Portal {
  readonly permission: string;
  readonly portal: OrganizationId | undefined;
  readonly slugs: ReadonlyMap<OrganizationId, string>;
  readonly owned: Extract<AllowanceCondition, { kind: 'owned' }>;
}

/** A condition of a role, or the organization that its place limits it to. */
type Limit =
  | Exclude<RoleCondition, { kind: 'organization' }>
  | { readonly kind: 'organization'; readonly organization: OrganizationId };

/** Whether a permission is one of IAM's own. */
export function isOfIam(permission: string): boolean {
  return permission.startsWith('iam.');
}

/** What has to be known to turn holdings into allowances. */
export function placesOf(
  holdings: readonly Holding[],
  permission: string,
  portal: OrganizationId | undefined,
): { organizations: OrganizationId[]; owners: boolean } {
  const limits = holdings.flatMap(
    holding => limitsOf(holding, permission, portal) ?? [],
  );
  return {
    organizations: [
      ...new Set(
        limits.flatMap(limit =>
          limit.kind === 'organization' ? [limit.organization] : [],
        ),
      ),
    ],
    owners: limits.some(({ kind }) => kind === 'owned'),
  };
}

export function toAllowances(
  holdings: readonly Holding[],
  portal: Portal,
): Allowance[] {
  return holdings.flatMap(holding => {
    const limits = limitsOf(holding, portal.permission, portal.portal);
    const conditions = limits?.map(limit => toCondition(limit, portal));
    // Of an organization that is gone there is nothing.
    return conditions === undefined || conditions.includes(undefined)
      ? []
      : [{ conditions: conditions as AllowanceCondition[], by: by(holding) }];
  });
}

/** Undefined: it says nothing about the portal. */
function limitsOf(
  holding: Holding,
  permission: string,
  portal: OrganizationId | undefined,
): Limit[] | undefined {
  if (isOfIam(permission)) {
    // Where it holds, IAM decides for each thing.
    return [];
  }
  if (holding.by === 'administrator') {
    switch (holding.level) {
      case 'instance':
        return [];
      case 'organization':
        return [inOrganization(holding.scope as string as OrganizationId)];
      default:
        return undefined;
    }
  }
  const own = holding.conditions.map(condition =>
    condition.kind === 'organization'
      ? inOrganization(holding.organization)
      : condition,
  );
  return holding.projectOrganization === portal
    ? own
    : [inOrganization(holding.projectOrganization), ...own];
}

function inOrganization(organization: OrganizationId): Limit {
  return { kind: 'organization', organization };
}

function toCondition(
  limit: Limit,
  { slugs, owned }: Portal,
): AllowanceCondition | undefined {
  switch (limit.kind) {
    case 'owned':
      return owned;
    case 'organization': {
      const slug = slugs.get(limit.organization);
      return slug === undefined ? undefined : { ...limit, slug };
    }
    default:
      return limit;
  }
}

function by(holding: Holding): Allowance['by'] {
  return holding.by === 'administrator'
    ? { kind: 'administrator', scope: holding.scope, role: holding.role }
    : { kind: 'role', project: holding.project, role: holding.role };
}
