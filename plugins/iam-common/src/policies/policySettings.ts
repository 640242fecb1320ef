/**
 * What can be decided by an instance for all, and by an organization for
 * itself: one schema per kind, and the values that hold until somebody decides.
 *
 * A policy is overridden whole, never field by field: its fields depend on one
 * another (a required factor must be allowed), and a mixture of two decisions
 * is one that nobody made.
 */
import { z } from 'zod';
import { digestSchema } from '../values/credential';
import { emailAddressSchema } from '../values/emailAddress';
import { fault } from '../values/fault';
import { nameSchema } from '../values/name';

const inconsistent = (field: string) => ({
  ...fault('iam.input.inconsistent'),
  path: [field],
});

/** How passwords are made. NIST SP 800-63B-4 §3.1.1 asks for 15 or more characters where a password is the only factor, and for no rules of composition. */
const passwordComplexity = z
  .strictObject({
    /** Characters (code points). */
    minLength: z.int().min(8).max(128),
    maxLength: z.int().min(64).max(512),
    requireUppercase: z.boolean(),
    requireLowercase: z.boolean(),
    requireDigit: z.boolean(),
    requireSymbol: z.boolean(),
    /** Passwords known from breaches or lists of common ones. */
    refuseCommon: z.boolean(),
  })
  .refine(
    settings => settings.minLength <= settings.maxLength,
    inconsistent('maxLength'),
  );

/** How long a password may be used. 0 days: for ever. */
const passwordAge = z
  .strictObject({
    maxDays: z.int().min(0).max(3650),
    warnDays: z.int().min(0).max(365),
  })
  .refine(
    settings => settings.maxDays === 0 || settings.warnDays < settings.maxDays,
    inconsistent('warnDays'),
  );

/** When failed checks lock a user. 0 attempts: never; 0 minutes: until unlocked. */
const lockout = z.strictObject({
  maxPasswordAttempts: z.int().min(0).max(100),
  maxFactorAttempts: z.int().min(0).max(100),
  lockMinutes: z.int().min(0).max(525_600),
});

const FIRST_FACTORS = ['password', 'passkey', 'external'] as const;
const SECOND_FACTORS = ['totp', 'passkey', 'recovery_code'] as const;

const noneTwice = (values: readonly string[]) =>
  new Set(values).size === values.length;

/** With what people sign in. */
const login = z
  .strictObject({
    firstFactors: z
      .array(z.enum(FIRST_FACTORS))
      .min(1)
      .max(FIRST_FACTORS.length)
      .refine(noneTwice, fault('iam.input.duplicate')),
    secondFactors: z
      .array(z.enum(SECOND_FACTORS))
      .max(SECOND_FACTORS.length)
      .refine(noneTwice, fault('iam.input.duplicate')),
    /** `local`: of those who sign in here, not through another provider. */
    requireSecondFactor: z.enum(['never', 'local', 'always']),
    selfRegistration: z.boolean(),
  })
  .refine(
    settings =>
      settings.requireSecondFactor === 'never' ||
      settings.secondFactors.some(factor => factor !== 'recovery_code'),
    inconsistent('secondFactors'),
  )
  .refine(
    settings =>
      !settings.selfRegistration ||
      settings.firstFactors.some(factor => factor !== 'external'),
    inconsistent('selfRegistration'),
  );

/** How long a session lasts, in minutes. */
const session = z
  .strictObject({
    idleMinutes: z.int().min(5).max(129_600),
    absoluteMinutes: z.int().min(5).max(525_600),
    /** How fresh the last check must be for a dangerous change. */
    reauthenticateMinutes: z.int().min(1).max(1_440),
  })
  .refine(
    settings => settings.idleMinutes <= settings.absoluteMinutes,
    inconsistent('idleMinutes'),
  );

/** What a verified domain means for people. */
const domain = z.strictObject({
  /** An organization proves a domain by DNS or HTTP before it is its own. */
  verifyDomains: z.boolean(),
  /** People's e-mail addresses must be in a verified domain of theirs. */
  emailInVerifiedDomain: z.boolean(),
  /** The login page finds the organization by the e-mail address's domain. */
  discoverOrganization: z.boolean(),
});

const link = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .optional();

/** What the login pages link to. */
const privacy = z.strictObject({
  termsUrl: link,
  privacyUrl: link,
  helpUrl: link,
  supportEmail: emailAddressSchema.optional(),
});

/** Which mails people get about their own account. */
const notification = z.strictObject({
  passwordChanged: z.boolean(),
  emailChanged: z.boolean(),
  newDevice: z.boolean(),
  tokenExpires: z.boolean(),
});

const colour = z
  .string()
  .regex(/^#[0-9A-Fa-f]{6}$/)
  .transform(value => value.toLowerCase());
const palette = z.strictObject({
  primary: colour,
  background: colour,
  text: colour,
  warning: colour,
});
/** An uploaded image, by the digest of its bytes. */
const image = digestSchema.optional();

/** What sign-in and mails look like. */
const label = z.strictObject({
  name: nameSchema.optional(),
  light: palette,
  dark: palette,
  logoLight: image,
  logoDark: image,
  iconLight: image,
  iconDark: image,
  hideProductName: z.boolean(),
});

/** @public */
export const policySettings = {
  password_complexity: passwordComplexity,
  password_age: passwordAge,
  lockout,
  login,
  session,
  domain,
  privacy,
  notification,
  label,
} as const;

/** @public */
export type PolicyKind = keyof typeof policySettings;

/** @public */
export type PolicySettings<TKind extends PolicyKind = PolicyKind> = z.output<
  (typeof policySettings)[TKind]
>;

/** @public */
export const policyKinds = Object.keys(policySettings) as [
  PolicyKind,
  ...PolicyKind[],
];

/**
 * What holds where neither the instance nor the organization has decided.
 *
 * @public
 */
export const builtInPolicies: {
  readonly [TKind in PolicyKind]: PolicySettings<TKind>;
} = {
  password_complexity: {
    minLength: 15,
    maxLength: 128,
    requireUppercase: false,
    requireLowercase: false,
    requireDigit: false,
    requireSymbol: false,
    refuseCommon: true,
  },
  password_age: { maxDays: 0, warnDays: 0 },
  lockout: { maxPasswordAttempts: 10, maxFactorAttempts: 10, lockMinutes: 15 },
  login: {
    firstFactors: ['password', 'passkey', 'external'],
    secondFactors: ['totp', 'passkey', 'recovery_code'],
    requireSecondFactor: 'never',
    selfRegistration: false,
  },
  session: {
    idleMinutes: 720,
    absoluteMinutes: 10_080,
    reauthenticateMinutes: 15,
  },
  domain: {
    verifyDomains: true,
    emailInVerifiedDomain: false,
    discoverOrganization: true,
  },
  privacy: {},
  notification: {
    passwordChanged: true,
    emailChanged: true,
    newDevice: true,
    tokenExpires: true,
  },
  label: {
    light: {
      primary: '#1f5493',
      background: '#ffffff',
      text: '#1c1c1c',
      warning: '#b3261e',
    },
    dark: {
      primary: '#9ec9ff',
      background: '#121212',
      text: '#f2f2f2',
      warning: '#ffb4ab',
    },
    hideProductName: false,
  },
};
