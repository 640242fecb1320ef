import {
  builtInPolicies,
  type PolicyKind,
  type PolicySettings,
} from './policySettings';

/**
 * A decision on one policy.
 *
 * @public
 */
export interface PolicyDecision<TKind extends PolicyKind = PolicyKind> {
  readonly settings: PolicySettings<TKind>;
  /** Of an instance: organizations cannot decide otherwise. */
  readonly enforced: boolean;
}

/**
 * The policy that holds, and who decided it.
 *
 * @public
 */
export interface EffectivePolicy<TKind extends PolicyKind = PolicyKind> {
  readonly settings: PolicySettings<TKind>;
  readonly from: 'built-in' | 'instance' | 'organization';
  /** The organization cannot decide otherwise. */
  readonly enforced: boolean;
}

/**
 * Which of the decisions on a policy holds: the instance's if it is enforced,
 * else the organization's, else the instance's, else the built-in one.
 *
 * @public
 */
export function effectivePolicy<TKind extends PolicyKind>(
  kind: TKind,
  decisions: {
    readonly instance?: PolicyDecision<TKind>;
    readonly organization?: PolicyDecision<TKind>;
  },
): EffectivePolicy<TKind> {
  const { instance, organization } = decisions;
  if (organization && !instance?.enforced) {
    return {
      settings: organization.settings,
      from: 'organization',
      enforced: false,
    };
  }
  return instance
    ? {
        settings: instance.settings,
        from: 'instance',
        enforced: instance.enforced,
      }
    : { settings: builtInPolicies[kind], from: 'built-in', enforced: false };
}
