import {
  effectivePolicy,
  instanceAggregateId,
  policyIdOf,
  refusal,
  type OrganizationId,
  type PolicyDecision,
} from '@callboard/plugin-iam-common';
import { organizationAggregate } from '../organization/organization';
import { policyAggregate, type PolicyState } from '../policy/policy';
import { currentInstance, read, type UnitOfWork } from '../unitOfWork';

/**
 * Where the domain policy wants people's addresses in the organization's own
 * domains, refuses others.
 *
 * @param email - as the user has it after the change; compared with small letters
 */
export function* requireEmailDomain(
  organization: OrganizationId,
  email: string,
): UnitOfWork {
  const instance = instanceAggregateId(yield* currentInstance());
  const ofInstance = yield* read(policyAggregate, policyIdOf(instance));
  const ofOrganization = yield* read(policyAggregate, policyIdOf(organization));
  const { settings } = effectivePolicy('domain', {
    instance: domainDecision(ofInstance),
    organization: domainDecision(ofOrganization),
  });
  if (!settings.emailInVerifiedDomain) {
    return;
  }
  const { domains } = yield* read(organizationAggregate, organization);
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (!domains[domain]?.verified) {
    throw refusal('iam.user.email_domain', 'email');
  }
}

function domainDecision(
  state: PolicyState,
): PolicyDecision<'domain'> | undefined {
  return state.decisions.get('domain') as PolicyDecision<'domain'> | undefined;
}
