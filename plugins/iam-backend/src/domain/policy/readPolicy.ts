import {
  effectivePolicy,
  instanceAggregateId,
  policyIdOf,
  type EffectivePolicy,
  type OrganizationId,
  type PolicyDecision,
  type PolicyKind,
} from '@callboard/plugin-iam-common';
import { currentInstance, read, type UnitOfWork } from '../unitOfWork';
import { policyAggregate, type PolicyState } from './policy';

/** The policy that holds in an organization. */
export function* readPolicy<TKind extends PolicyKind>(
  kind: TKind,
  organization: OrganizationId,
): UnitOfWork<EffectivePolicy<TKind>> {
  const instance = instanceAggregateId(yield* currentInstance());
  const ofInstance = yield* read(policyAggregate, policyIdOf(instance));
  const ofOrganization = yield* read(policyAggregate, policyIdOf(organization));
  return effectivePolicy(kind, {
    instance: decisionOn(kind, ofInstance),
    organization: decisionOn(kind, ofOrganization),
  });
}

function decisionOn<TKind extends PolicyKind>(
  kind: TKind,
  { decisions }: PolicyState,
): PolicyDecision<TKind> | undefined {
  // Checked by this kind's schema when it was set.
  return decisions.get(kind) as PolicyDecision<TKind> | undefined;
}
