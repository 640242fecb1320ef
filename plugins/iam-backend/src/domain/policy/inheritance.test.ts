import {
  builtInPolicies,
  policyIdOf,
  type PolicyOwnerId,
} from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import { Scene } from '../__testUtils__/scene';
import type { UnitOfWork } from '../unitOfWork';
import { policyAggregate } from './policy';
import { readPolicy } from './readPolicy';
import { resetPolicy, setPolicy } from './setPolicy';

interface Decision {
  readonly minutes: number;
  readonly enforced: boolean;
}

/** Who decides, and what; without minutes: takes it back. */
const moves = fc.record({
  at: fc.constantFrom('instance', 'organization'),
  minutes: fc.option(fc.nat(1_000)),
  enforced: fc.boolean(),
});

it('is inherited, overridden, enforced and reset as a plain model says', () => {
  fc.assert(
    fc.property(fc.array(moves), history => {
      const { world, instance, home } = new Scene();
      let ofInstance: Decision | undefined;
      let ofOrganization: Decision | undefined;
      for (const { at, minutes, enforced } of history) {
        const owner: PolicyOwnerId = at === 'instance' ? instance : home;
        const outcome = world.outcome(() =>
          world.run(
            minutes === null
              ? resetPolicy({ owner, policy: 'lockout' })
              : setPolicy({
                  owner,
                  policy: 'lockout',
                  settings: {
                    ...builtInPolicies.lockout,
                    lockMinutes: minutes,
                  },
                  enforced,
                }),
          ),
        );
        const decision = minutes === null ? undefined : { minutes, enforced };
        const refused =
          at === 'organization' && decision
            ? (decision.enforced && 'iam.policy.organization_cannot_enforce') ||
              (ofInstance?.enforced && 'iam.policy.enforced')
            : undefined;
        expect(outcome).toBe(refused || 'done');
        if (at === 'instance') {
          ofInstance = decision;
        } else if (!refused) {
          ofOrganization = decision;
        }
        const holds = ofInstance?.enforced
          ? ofInstance
          : (ofOrganization ?? ofInstance);
        const { result } = world.decide(
          (function* look(): UnitOfWork<number> {
            const policy = yield* readPolicy('lockout', home);
            return policy.settings.lockMinutes;
          })(),
        );
        expect(result).toBe(
          holds?.minutes ?? builtInPolicies.lockout.lockMinutes,
        );
      }
      expect(
        world.state(policyAggregate, policyIdOf(home)).decisions.size,
      ).toBe(ofOrganization ? 1 : 0);
    }),
    { seed: 5 },
  );
});
