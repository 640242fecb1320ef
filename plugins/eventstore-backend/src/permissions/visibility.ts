import {
  AuthorizeResult,
  type PermissionCriteria,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type { ConditionTransformer } from '@backstage/plugin-permission-node';
import type { EventPredicate } from './eventRules';

/**
 * Which events a decision lets a caller see; undefined: all of them.
 */
export function visibilityOf(
  decision: PolicyDecision | undefined,
  transform: ConditionTransformer<EventPredicate>,
): EventPredicate | undefined {
  switch (decision?.result) {
    case AuthorizeResult.ALLOW:
      return undefined;
    case AuthorizeResult.CONDITIONAL:
      return toPredicate(transform(decision.conditions));
    default:
      return () => false;
  }
}

function toPredicate(
  criteria: PermissionCriteria<EventPredicate>,
): EventPredicate {
  if (typeof criteria === 'function') {
    return criteria;
  }
  if ('allOf' in criteria) {
    const all = criteria.allOf.map(toPredicate);
    return event => all.every(predicate => predicate(event));
  }
  if ('anyOf' in criteria) {
    const any = criteria.anyOf.map(toPredicate);
    return event => any.some(predicate => predicate(event));
  }
  const negated = toPredicate(criteria.not);
  return event => !negated(event);
}
