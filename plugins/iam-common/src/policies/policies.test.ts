import fc from 'fast-check';
import { effectivePolicy, type PolicyDecision } from './effectivePolicy';
import {
  builtInPolicies,
  policyKinds,
  policySettings,
  type PolicyKind,
} from './policySettings';

describe('built-in policies', () => {
  it.each(policyKinds)('%s fits its own schema', kind => {
    expect(policySettings[kind].parse(builtInPolicies[kind])).toEqual(
      builtInPolicies[kind],
    );
  });
});

describe('policies that contradict themselves', () => {
  const { login, password_complexity, password_age, session } = builtInPolicies;
  it.each<[PolicyKind, object]>([
    [
      'password_complexity',
      { ...password_complexity, minLength: 100, maxLength: 64 },
    ],
    ['password_age', { ...password_age, maxDays: 10, warnDays: 10 }],
    ['login', { ...login, firstFactors: [] }],
    ['login', { ...login, firstFactors: ['password', 'password'] }],
    [
      'login',
      {
        ...login,
        requireSecondFactor: 'local',
        secondFactors: ['recovery_code'],
      },
    ],
    ['login', { ...login, firstFactors: ['external'], selfRegistration: true }],
    ['session', { ...session, idleMinutes: session.absoluteMinutes + 1 }],
    ['privacy', { termsUrl: 'data:text/html,x' }],
    ['label', { ...builtInPolicies.label, name: 'Аcme' }],
  ])('%s: %j', (kind, settings) => {
    expect(policySettings[kind].safeParse(settings).success).toBe(false);
  });
});

describe('effectivePolicy', () => {
  const decision = (lockMinutes: number, enforced = false) => ({
    settings: { ...builtInPolicies.lockout, lockMinutes },
    enforced,
  });

  it('is inherited, overridden, reset and enforced', () => {
    const minutes = (decisions: {
      instance?: PolicyDecision<'lockout'>;
      organization?: PolicyDecision<'lockout'>;
    }) => {
      const { settings, from } = effectivePolicy('lockout', decisions);
      return `${settings.lockMinutes} ${from}`;
    };
    expect(minutes({})).toBe('15 built-in');
    expect(minutes({ instance: decision(1) })).toBe('1 instance');
    expect(minutes({ organization: decision(2) })).toBe('2 organization');
    expect(minutes({ instance: decision(1), organization: decision(2) })).toBe(
      '2 organization',
    );
    expect(
      minutes({ instance: decision(1, true), organization: decision(2) }),
    ).toBe('1 instance');
  });

  it('is always one decision whole, and one that fits', () => {
    const some = fc.option(
      fc.record({
        settings: fc.record({
          maxPasswordAttempts: fc.nat(100),
          maxFactorAttempts: fc.nat(100),
          lockMinutes: fc.nat(1000),
        }),
        enforced: fc.boolean(),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(some, some, (instance, organization) => {
        const { settings } = effectivePolicy('lockout', {
          instance,
          organization,
        });
        expect([
          instance?.settings,
          organization?.settings,
          builtInPolicies.lockout,
        ]).toContain(settings);
        expect(policySettings.lockout.safeParse(settings).success).toBe(true);
        const mayDiffer = !instance?.enforced || settings === instance.settings;
        expect(mayDiffer).toBe(true);
      }),
      { seed: 5 },
    );
  });
});
