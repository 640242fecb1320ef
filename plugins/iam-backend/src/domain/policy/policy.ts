/**
 * The policies that one instance or organization decides. One that it does not
 * decide, or has reset, is inherited (`effectivePolicy`).
 */
import {
  parseInput,
  policyKinds,
  policyOwnerIdSchema,
  policyReset,
  policySet,
  policyClosed,
  policySettings,
  refusal,
  type PolicyKind,
} from '@callboard/plugin-iam-common';
import { CommandRejectedError } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { policyEvents } from './events';

export interface PolicyState {
  readonly closed: boolean;
  readonly decisions: ReadonlyMap<
    PolicyKind,
    { readonly settings: Record<string, unknown>; readonly enforced: boolean }
  >;
}

const rule = rulesFor<PolicyState>();
const inOwner = { owner: policyOwnerIdSchema, policy: z.enum(policyKinds) };

/** Checked by the policy's own schema; a fault's field is in `settings`. */
function settingsOf(kind: PolicyKind, settings: unknown) {
  try {
    return parseInput(z.object({ settings: policySettings[kind] }), {
      settings,
    }).settings;
  } catch (error) {
    throw error instanceof CommandRejectedError && error.field === undefined
      ? refusal('iam.input.inconsistent', 'settings')
      : error;
  }
}

const rules = {
  /** Part of `setPolicy`. */
  Set: rule(
    { ...inOwner, settings: z.unknown(), enforced: z.boolean() },
    (state, { owner, policy: kind, settings: given, enforced }) => {
      if (state.closed) {
        throw refusal('iam.policy.closed', 'owner');
      }
      const settings = settingsOf(kind, given);
      const before = state.decisions.get(kind);
      const unchanged =
        before?.enforced === enforced &&
        JSON.stringify(before.settings) === JSON.stringify(settings);
      return unchanged
        ? []
        : [policySet.of({ owner, kind, settings: { ...settings }, enforced })];
    },
  ),

  Reset: rule(inOwner, (state, { owner, policy: kind }) =>
    state.decisions.has(kind) ? [policyReset.of({ owner, kind })] : [],
  ),

  /** What it belongs to is gone. */
  Close: rule({ owner: policyOwnerIdSchema }, (state, { owner }) =>
    state.closed ? [] : [policyClosed.of({ owner })],
  ),
};

export const policyAggregate = defineIamAggregate({
  type: 'iam.policy',
  events: policyEvents,
  initial: (): PolicyState => ({ closed: false, decisions: new Map() }),
  evolve: {
    'iam.policy.set': (state, { payload: { kind, settings, enforced } }) => ({
      ...state,
      decisions: new Map(state.decisions).set(kind, { settings, enforced }),
    }),
    'iam.policy.reset': (state, { payload }) => {
      const decisions = new Map(state.decisions);
      decisions.delete(payload.kind);
      return { ...state, decisions };
    },
    'iam.policy.closed': () => ({ closed: true, decisions: new Map() }),
  },
  rules,
});
