import {
  instanceAggregateId,
  parseInput,
  policyIdOf,
  policyKinds,
  policyOwnerIdSchema,
  refusal,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { readActiveInstance } from '../instance/currentInstance';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { change, currentInstance, read, type UnitOfWork } from '../unitOfWork';
import { policyAggregate } from './policy';

const ids = z.object({
  owner: policyOwnerIdSchema,
  policy: z.enum(policyKinds),
  enforced: z.boolean(),
});

/**
 * Decides a policy, for an instance or for one organization of it. An
 * organization can decide only what the instance does not enforce.
 */
export function* setPolicy(
  command: CommandFields<typeof policyAggregate, 'Set'>,
): UnitOfWork {
  const { owner, policy, enforced } = parseInput(ids, command);
  const instance = instanceAggregateId(yield* currentInstance());
  if (owner.startsWith('iam.organization/')) {
    const organization = owner as OrganizationId;
    requireActiveOrganization(
      yield* read(organizationAggregate, organization),
      'owner',
    );
    if (enforced) {
      throw refusal('iam.policy.organization_cannot_enforce', 'enforced');
    }
    const above = yield* read(policyAggregate, policyIdOf(instance));
    if (above.decisions.get(policy)?.enforced) {
      throw refusal('iam.policy.enforced', 'policy');
    }
  } else if (owner === instance) {
    yield* readActiveInstance();
  } else {
    throw refusal('iam.instance.not_found', 'owner');
  }
  yield* change(policyAggregate, policyIdOf(owner), {
    ...command,
    kind: 'Set',
  });
}

const resetInput = z.strictObject({
  owner: policyOwnerIdSchema,
  policy: z.enum(policyKinds),
});

/** Lets what is inherited hold again. */
export function* resetPolicy(command: z.input<typeof resetInput>): UnitOfWork {
  const { owner, policy } = parseInput(resetInput, command);
  yield* change(policyAggregate, policyIdOf(owner), {
    kind: 'Reset',
    owner,
    policy,
  });
}
