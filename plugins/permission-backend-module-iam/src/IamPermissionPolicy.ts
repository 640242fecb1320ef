/**
 * Decides every permission of the portal from IAM (catalog/docs/decisions/0048).
 *
 * What nothing allows is denied. Nothing is remembered from one request to the
 * next: each decision is made on all that was stored before it.
 */
import type { BackstageUserPrincipal } from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { userIdOfEntityRef, type Guest } from '@callboard/plugin-iam-common';
import type { Allowance, IamService } from '@callboard/plugin-iam-node';
import { oneOf, pluginOf, toCriteria } from './resourceConditions';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

export class IamPermissionPolicy implements PermissionPolicy {
  readonly #iam: IamService;
  readonly #guest: Guest | undefined;

  constructor(options: { iam: IamService; guest?: Guest }) {
    this.#iam = options.iam;
    this.#guest = options.guest;
  }

  /** @throws what IAM throws; then the request fails, and nothing is allowed */
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) {
      return DENY;
    }
    // Services never get here: Backstage itself decides about them.
    const { userEntityRef } = user.credentials
      .principal as BackstageUserPrincipal;
    if (userEntityRef === this.#guest?.userEntityRef) {
      return this.#guest.may(permission.name) ? ALLOW : DENY;
    }
    const id = userIdOfEntityRef(userEntityRef);
    if (!id) {
      return DENY;
    }
    const allowances = await this.#iam.allowancesOf(id, permission.name, {
      fresh: true,
    });
    return decide(permission, allowances);
  }
}

function decide(
  permission: Permission,
  allowances: readonly Allowance[],
): PolicyDecision {
  if (allowances.some(({ conditions }) => conditions.length === 0)) {
    return ALLOW;
  }
  // Without a thing in question there is nothing to hold conditions against.
  if (!isResourcePermission(permission)) {
    return DENY;
  }
  const { resourceType } = permission;
  const pluginId = pluginOf(resourceType);
  const criteria = allowances.flatMap(
    ({ conditions }) => toCriteria(resourceType, conditions) ?? [],
  );
  if (!pluginId || criteria.length === 0) {
    return DENY;
  }
  return {
    result: AuthorizeResult.CONDITIONAL,
    pluginId,
    resourceType,
    conditions: oneOf(criteria),
  };
}
