import {
  builtInPolicies,
  policyClosed,
  policyReset,
  policySet,
} from '@callboard/plugin-iam-common';
import { ids } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { policyAggregate } from './policy';

const owner = ids.organization();
const settings = { ...builtInPolicies.lockout, lockMinutes: 60 };
const set = policySet.of({
  owner,
  kind: 'lockout',
  settings,
  enforced: false,
});
const fields = { owner, policy: 'lockout', settings, enforced: false };
const { login, session } = builtInPolicies;

specifyCommands(policyAggregate, {
  Set: [
    { it: 'sets', with: fields, then: [set] },
    {
      it: 'refuses what is out of range',
      with: { ...fields, settings: { ...settings, lockMinutes: -1 } },
      refused: ['iam.input.too_small', 'settings.lockMinutes'],
    },
    {
      it: 'needs every field',
      with: { ...fields, settings: { lockMinutes: 1 } },
      refused: ['iam.input.missing', 'settings.maxPasswordAttempts'],
    },
    {
      it: 'refuses the settings of another policy',
      with: { ...fields, policy: 'session' },
      refused: ['iam.input.missing', 'settings.idleMinutes'],
    },
    {
      it: 'refuses a second factor that is required but not allowed',
      with: {
        ...fields,
        policy: 'login',
        settings: {
          ...login,
          secondFactors: [],
          requireSecondFactor: 'always',
        },
      },
      refused: ['iam.input.inconsistent', 'settings.secondFactors'],
    },
    {
      it: 'refuses a session that is idle for longer than it lasts',
      with: {
        ...fields,
        policy: 'session',
        settings: { ...session, idleMinutes: 100, absoluteMinutes: 50 },
      },
      refused: ['iam.input.inconsistent', 'settings.idleMinutes'],
    },
    {
      it: 'knows no other policy',
      with: { ...fields, policy: 'weather' },
      refused: ['iam.input.unknown_choice', 'policy'],
    },
    {
      it: 'is over once what it belonged to is gone',
      given: [policyClosed.of({ owner })],
      with: fields,
      refused: ['iam.policy.closed', 'owner'],
    },
  ],
  Reset: [
    {
      it: 'resets',
      given: [set],
      with: { owner, policy: 'lockout' },
      then: [policyReset.of({ owner, kind: 'lockout' })],
    },
  ],
  Close: [
    {
      it: 'closes',
      given: [set],
      with: { owner },
      then: [policyClosed.of({ owner })],
    },
  ],
});
