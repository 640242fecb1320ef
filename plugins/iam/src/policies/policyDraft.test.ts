import { create } from '@bufbuild/protobuf';
import { builtInPolicies } from '@callboard/plugin-iam-common';
import {
  PolicyKind,
  PolicySettingsSchema,
} from '@callboard/plugin-iam-common/api';
import {
  draftOf,
  policyChanges,
  policyFaults,
  toSettings,
  valueInWords,
  type PolicyDraft,
} from './policyDraft';
import { policyKindOf, policyKinds } from './policyKinds';

const infoOf = (kind: PolicyKind) => policyKindOf(kind)!;

it.each(policyKinds.map(info => [info.name, info] as const))(
  'has a form of %s with every field of its schema, save uploaded images',
  (name, info) => {
    const decided = Object.keys(builtInPolicies[name]);
    const fields = info.fields.map(field => field.name);

    expect(fields).toEqual(expect.arrayContaining(decided));
    // What came with the portal is no fault, and comes back as it went.
    const settings = toSettings(info, builtInPolicies[name] as PolicyDraft);
    const draft = draftOf(info, settings);
    expect(policyFaults(info, draft)).toEqual({});
    expect(toSettings(info, draft)).toEqual(settings);
  },
);

it('knows every kind that there is', () => {
  const kinds = Object.values(PolicyKind).filter(
    kind => typeof kind === 'number' && kind !== PolicyKind.UNSPECIFIED,
  );

  expect(policyKinds.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
});

it('keeps uploaded images that no form shows', () => {
  const info = infoOf(PolicyKind.LABEL);
  const settings = toSettings(info, {
    ...(builtInPolicies.label as unknown as PolicyDraft),
    logoLight: 'a'.repeat(43),
  });
  const changed = toSettings(info, {
    ...draftOf(info, settings),
    hideProductName: true,
  });

  expect(changed.settings).toMatchObject({
    case: 'label',
    value: { logoLight: 'a'.repeat(43), hideProductName: true },
  });
});

describe('policyFaults', () => {
  it('finds fields that do not fit one another', () => {
    const session = infoOf(PolicyKind.SESSION);
    const login = infoOf(PolicyKind.LOGIN);

    expect(
      Object.keys(
        policyFaults(session, {
          idleMinutes: 100,
          absoluteMinutes: 50,
          reauthenticateMinutes: 10,
        }),
      ),
    ).toEqual(['idleMinutes']);
    expect(
      Object.keys(
        policyFaults(login, {
          firstFactors: ['password'],
          secondFactors: ['recovery_code'],
          requireSecondFactor: 'always',
          selfRegistration: false,
        }),
      ),
    ).toEqual(['secondFactors']);
  });

  it('names each field that is out of bounds', () => {
    expect(
      Object.keys(
        policyFaults(infoOf(PolicyKind.PASSWORD_COMPLEXITY), {
          ...builtInPolicies.password_complexity,
          minLength: 4,
          maxLength: 9_999,
        }),
      ),
    ).toEqual(['minLength', 'maxLength']);
    expect(
      Object.keys(
        policyFaults(infoOf(PolicyKind.PRIVACY), {
          termsUrl: 'ftp://files.example.com',
          privacyUrl: '',
          supportEmail: 'nobody',
        }),
      ),
    ).toEqual(['termsUrl', 'supportEmail']);
  });
});

it('says in words what changes', () => {
  const info = infoOf(PolicyKind.LOGIN);
  const before = draftOf(
    info,
    create(PolicySettingsSchema, {
      settings: {
        case: 'login',
        value: {
          firstFactors: ['password', 'passkey'],
          requireSecondFactor: 'never',
        },
      },
    }),
  );

  expect(
    policyChanges(info, before, {
      ...before,
      firstFactors: ['passkey'],
      requireSecondFactor: 'always',
      selfRegistration: true,
    }),
  ).toEqual([
    {
      label: 'First factor, one of',
      before: 'Password and Passkey',
      after: 'Passkey',
    },
    { label: 'A second factor is required', before: 'Never', after: 'Always' },
    { label: 'People may register themselves', before: 'no', after: 'yes' },
  ]);
});

it('says numbers with their unit', () => {
  expect(valueInWords(infoOf(PolicyKind.SESSION).fields[1]!, 10_080)).toBe(
    '10,080 minutes',
  );
});

it('says what nought means', () => {
  expect(valueInWords(infoOf(PolicyKind.PASSWORD_AGE).fields[0]!, 0)).toBe(
    'for ever',
  );
});
