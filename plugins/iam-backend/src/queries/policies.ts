/**
 * What holds for an instance or an organization, and who decided it. Seen with
 * the permission to read the policies of its level.
 */
import {
  effectivePolicy,
  instanceAggregateId,
  policyKinds,
  type EffectivePolicy,
  type OrganizationId,
  type PolicyDecision,
  type PolicyKind,
  type PolicyOwnerId,
} from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { PermissionDeniedError } from './Authorizer';
import type { ReadOptions } from './paging/Page';
import type { QueryContext } from './QueryContext';

/** A policy as it holds for its owner. */
export type Policy<TKind extends PolicyKind = PolicyKind> =
  EffectivePolicy<TKind> & {
    readonly kind: TKind;
    /** Of the decision that holds; null for the built-in one. */
    readonly since: string | null;
    readonly decidedBy: string | null;
    /** What the owner has decided itself, although it may not hold. */
    readonly own: PolicyDecision<TKind> | null;
    /** What holds if the owner resets its own. */
    readonly inherited: EffectivePolicy<TKind>;
  };

export class PolicyQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /**
   * All policies of an instance or an organization, one of each kind.
   *
   * @throws PermissionDeniedError
   */
  async list(
    caller: Caller,
    owner: PolicyOwnerId,
    options: ReadOptions = {},
  ): Promise<readonly Policy[]> {
    const permission = owner.startsWith('iam.instance/')
      ? 'iam.instance.policy.read'
      : 'iam.organization.policy.read';
    if (!(await this.#context.may(caller, permission, owner, options))) {
      throw new PermissionDeniedError(permission, owner);
    }
    return this.#read(caller, owner, options);
  }

  /**
   * One policy of an organization, for what has to follow it: no permission is
   * needed to be held to it.
   */
  async effective<TKind extends PolicyKind>(
    instance: Caller['instance'],
    organization: OrganizationId,
    kind: TKind,
    options: ReadOptions = {},
  ): Promise<Policy<TKind>> {
    const caller: Caller = { kind: 'operator', instance };
    const all = await this.#read(caller, organization, options);
    return all.find(policy => policy.kind === kind) as Policy<TKind>;
  }

  async #read(
    caller: Caller,
    owner: PolicyOwnerId,
    options: ReadOptions,
  ): Promise<Policy[]> {
    const { views, knex } = this.#context;
    const moment = await this.#context.momentOf(options);
    const { table } = await this.#context.open(views.policies, moment, options);
    const instance = instanceAggregateId(caller.instance);
    const found = await knex
      .from(table('policies', 't'))
      .where('t.instance', caller.instance)
      .whereIn('t.owner', [instance, owner]);
    const rows = found.map(row => views.policies.toRow('policies', row));
    return policyKinds.map(kind => {
      const of = (id: string) =>
        rows.find(row => row.owner === id && row.kind === kind);
      const above = decisionIn(of(instance));
      const own = decisionIn(of(owner));
      const effective =
        owner === instance
          ? effectivePolicy(kind, { instance: above })
          : effectivePolicy(kind, { instance: above, organization: own });
      const decidedIn = {
        'built-in': undefined,
        instance: of(instance),
        organization: of(owner),
      }[effective.from];
      return {
        ...effective,
        kind,
        since: decidedIn?.since ?? null,
        decidedBy: decidedIn?.decided_by ?? null,
        own: own ?? null,
        inherited:
          owner === instance
            ? effectivePolicy(kind, {})
            : effectivePolicy(kind, { instance: above }),
      };
    });
  }
}

/** Checked by its kind's schema when it was set. */
function decisionIn(
  row: { settings: unknown; enforced: boolean } | undefined,
): PolicyDecision | undefined {
  return (
    row && {
      settings: row.settings as PolicyDecision['settings'],
      enforced: row.enforced,
    }
  );
}
