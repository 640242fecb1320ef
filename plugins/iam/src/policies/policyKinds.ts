/**
 * Every kind of policy: what it is called, and its fields as a form has them.
 * What a field may hold is checked by the schema of the kind, the same that the
 * server checks with.
 */
import type { PolicyKind as KindName } from '@callboard/plugin-iam-common';
import {
  PolicyKind,
  type PolicySettings,
} from '@callboard/plugin-iam-common/api';

interface FieldBase {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
}

export type PolicyField =
  | (FieldBase & {
      readonly type: 'number';
      readonly unit: string;
      /** What 0 means, where it is no number of something. */
      readonly zero?: string;
    })
  | (FieldBase & { readonly type: 'switch' })
  | (FieldBase & { readonly type: 'text' })
  | (FieldBase & {
      readonly type: 'choice' | 'choices';
      readonly choices: readonly (readonly [value: string, label: string])[];
    })
  | (FieldBase & { readonly type: 'palette' });

export interface PolicyKindInfo {
  readonly kind: PolicyKind;
  readonly name: KindName;
  /** Of the API's `PolicySettings.settings`. */
  readonly case: NonNullable<PolicySettings['settings']['case']>;
  readonly title: string;
  readonly description: string;
  /** For whom a decision changes something. */
  readonly concerns: string;
  readonly fields: readonly PolicyField[];
}

const number = (
  name: string,
  label: string,
  unit: string,
  more: { readonly zero?: string; readonly description?: string } = {},
): PolicyField => ({ type: 'number', name, label, unit, ...more });
const toggle = (
  name: string,
  label: string,
  description?: string,
): PolicyField => ({ type: 'switch', name, label, description });
const text = (
  name: string,
  label: string,
  description?: string,
): PolicyField => ({ type: 'text', name, label, description });

export const policyKinds: readonly PolicyKindInfo[] = [
  {
    kind: PolicyKind.PASSWORD_COMPLEXITY,
    name: 'password_complexity',
    case: 'passwordComplexity',
    title: 'Passwords',
    description: 'How passwords are made.',
    concerns: 'Whoever sets a password from then on.',
    fields: [
      number('minLength', 'Shortest length', 'characters', {
        description:
          'NIST recommends 15 or more where a password is all that is asked for',
      }),
      number('maxLength', 'Longest length', 'characters'),
      toggle('requireUppercase', 'A capital letter is required'),
      toggle('requireLowercase', 'A small letter is required'),
      toggle('requireDigit', 'A digit is required'),
      toggle('requireSymbol', 'A symbol is required'),
      toggle(
        'refuseCommon',
        'Refuse known passwords',
        'Those known from breaches or lists of common ones',
      ),
    ],
  },
  {
    kind: PolicyKind.PASSWORD_AGE,
    name: 'password_age',
    case: 'passwordAge',
    title: 'Age of passwords',
    description: 'How long a password may be used.',
    concerns: 'Whoever signs in with a password.',
    fields: [
      number('maxDays', 'May be used for', 'days', { zero: 'for ever' }),
      number('warnDays', 'Warn before its end', 'days'),
    ],
  },
  {
    kind: PolicyKind.LOCKOUT,
    name: 'lockout',
    case: 'lockout',
    title: 'Lockout',
    description: 'When failed attempts lock an account.',
    concerns: 'Whoever signs in.',
    fields: [
      number('maxPasswordAttempts', 'Wrong passwords', 'attempts', {
        zero: 'never',
      }),
      number('maxFactorAttempts', 'Wrong second factors', 'attempts', {
        zero: 'never',
      }),
      number('lockMinutes', 'Locked for', 'minutes', {
        zero: 'until unlocked',
      }),
    ],
  },
  {
    kind: PolicyKind.LOGIN,
    name: 'login',
    case: 'login',
    title: 'Sign-in',
    description: 'With what people sign in.',
    concerns: 'Whoever signs in from then on.',
    fields: [
      {
        type: 'choices',
        name: 'firstFactors',
        label: 'First factor, one of',
        choices: [
          ['password', 'Password'],
          ['passkey', 'Passkey'],
          ['external', 'Another provider'],
        ],
      },
      {
        type: 'choices',
        name: 'secondFactors',
        label: 'Second factor, one of',
        choices: [
          ['totp', 'One-time code of an app'],
          ['passkey', 'Passkey'],
          ['recovery_code', 'Recovery code'],
        ],
      },
      {
        type: 'choice',
        name: 'requireSecondFactor',
        label: 'A second factor is required',
        choices: [
          ['never', 'Never'],
          ['local', 'Of those who sign in here'],
          ['always', 'Always'],
        ],
      },
      toggle('selfRegistration', 'People may register themselves'),
    ],
  },
  {
    kind: PolicyKind.SESSION,
    name: 'session',
    case: 'session',
    title: 'Sessions',
    description: 'How long a session lasts.',
    concerns: 'Sessions that begin from then on.',
    fields: [
      number('idleMinutes', 'Without a request for', 'minutes'),
      number('absoluteMinutes', 'In all', 'minutes'),
      number(
        'reauthenticateMinutes',
        'A dangerous change wants a check not older than',
        'minutes',
      ),
    ],
  },
  {
    kind: PolicyKind.DOMAIN,
    name: 'domain',
    case: 'domain',
    title: 'Domains',
    description: 'What a verified domain means.',
    concerns: 'Domains and e-mail addresses that are added from then on.',
    fields: [
      toggle(
        'verifyDomains',
        'A domain has to be proved',
        'By DNS or HTTP, before it is the organization’s own',
      ),
      toggle(
        'emailInVerifiedDomain',
        'E-mail addresses must be in a verified domain',
      ),
      toggle(
        'discoverOrganization',
        'Sign-in finds the organization by the e-mail address',
      ),
    ],
  },
  {
    kind: PolicyKind.PRIVACY,
    name: 'privacy',
    case: 'privacy',
    title: 'Links',
    description: 'What the sign-in pages link to.',
    concerns: 'Whoever sees the sign-in pages.',
    fields: [
      text('termsUrl', 'Terms of service'),
      text('privacyUrl', 'Privacy policy'),
      text('helpUrl', 'Help'),
      text('supportEmail', 'Support by e-mail'),
    ],
  },
  {
    kind: PolicyKind.NOTIFICATION,
    name: 'notification',
    case: 'notification',
    title: 'Notifications',
    description: 'Which mails people get about their own account.',
    concerns: 'Everybody with an account.',
    fields: [
      toggle('passwordChanged', 'The password was changed'),
      toggle('emailChanged', 'The e-mail address was changed'),
      toggle('newDevice', 'Somebody signed in on a new device'),
      toggle('tokenExpires', 'A token ends soon'),
    ],
  },
  {
    kind: PolicyKind.LABEL,
    name: 'label',
    case: 'label',
    title: 'Look',
    description: 'What sign-in and mails look like.',
    concerns: 'Whoever sees the sign-in pages, or gets mail.',
    fields: [
      text('name', 'Name', 'The organization’s own when left empty'),
      { type: 'palette', name: 'light', label: 'Colours by day' },
      { type: 'palette', name: 'dark', label: 'Colours by night' },
      toggle('hideProductName', 'Hide the name of the portal'),
    ],
  },
];

export function policyKindOf(kind: PolicyKind): PolicyKindInfo | undefined {
  return policyKinds.find(each => each.kind === kind);
}
