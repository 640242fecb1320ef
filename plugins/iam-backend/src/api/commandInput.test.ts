/**
 * What each command takes can be said through the API, and arrives as it was
 * said.
 */
import {
  fromJson,
  type DescField,
  type DescMessage,
  type JsonValue,
} from '@bufbuild/protobuf';
import {
  AdminService,
  AuthService,
  ManagementService,
  PolicySettingsSchema,
  SystemService,
  UserStatusSchema,
} from '@callboard/plugin-iam-common/api';
import { builtInPolicies } from '@callboard/plugin-iam-common';
import { examples } from '../commands/__testUtils__/examples';
import { TestIam } from '../commands/__testUtils__/TestIam';
import {
  commandPermissions,
  type CommandName,
} from '../commands/commandPermissions';
import {
  choiceNumber,
  choiceOf,
  policyOfSettings,
  toCommandInput,
} from './commandInput';

jest.setTimeout(60_000);

const services = [ManagementService, AdminService, SystemService, AuthService];
/** Where the API has other fields, because it says something by itself. */
const otherwise: readonly CommandName[] = ['setPolicy', 'resetPolicy'];
/** Only of one's own account, which no field names. */
const ownOnly: readonly CommandName[] = [
  'requestEmailCode',
  'verifyEmail',
  'requestPhoneCode',
  'verifyPhone',
];

/** Given by the routes that take files. */
const byUpload: readonly string[] = ['changeAvatar', 'removeAvatar'];

let iam: TestIam;
beforeAll(async () => {
  iam = await TestIam.start();
});
afterAll(() => iam?.stop());

function methodOf(name: CommandName) {
  return services
    .flatMap(service => service.methods)
    .find(method => method.localName === name);
}

const names = Object.keys(commandPermissions) as CommandName[];
const same = names.filter(
  name => ![...otherwise, ...ownOnly, ...byUpload].includes(name),
);

it.each(same)('%s', async name => {
  const method = methodOf(name);
  expect(method).toBeDefined();
  const { input } = await examples[name](iam);
  const plain = JSON.parse(JSON.stringify(input));
  const message = fromJson(method!.input, written(method!.input, plain));
  const { auditDays, ...read } = toCommandInput(method!.input, message);
  expect({
    ...read,
    ...('auditDays' in plain ? { auditDays: auditDays ?? null } : {}),
  }).toEqual(withDefaults(plain));
});

/** What the domain fills in itself. */
function withDefaults(input: Record<string, unknown>) {
  const { permissions } = input;
  return Array.isArray(permissions) && typeof permissions[0] === 'object'
    ? {
        ...input,
        permissions: permissions.map(each => ({ conditions: [], ...each })),
      }
    : input;
}

/** An input as a caller writes it in JSON. */
function written(desc: DescMessage, input: object): JsonValue {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => {
        const field = desc.fields.find(each => each.localName === name);
        return [name, field ? writtenValue(field, value) : value];
      }),
  );
}

function writtenValue(field: DescField, value: unknown): JsonValue {
  if (Array.isArray(value)) {
    return value.map(item => writtenValue(field, item));
  }
  if ('enum' in field && field.enum) {
    return choiceNumber(field.enum, value as string);
  }
  if (field.message?.typeName === 'callboard.iam.v1.RoleCondition') {
    const { kind, tags, kinds } = value as Record<string, any>; // any: of all kinds
    return { [kind]: tags || kinds ? { words: tags ?? kinds } : {} };
  }
  return field.message && typeof value === 'object' && value !== null
    ? written(field.message, value)
    : (value as JsonValue);
}

it.each(Object.entries(builtInPolicies))(
  'settings of the policy %s',
  (kind, settings) => {
    const message = fromJson(PolicySettingsSchema, {
      [kind]: JSON.parse(JSON.stringify(settings)),
    });
    expect(policyOfSettings(message)).toBe(kind);
    const member = PolicySettingsSchema.fields.find(
      field => field.name === kind,
    )!.message!;
    expect(toCommandInput(member, message.settings.value!)).toEqual(
      JSON.parse(JSON.stringify(settings)),
    );
  },
);

it('has choices by the names that the domain has for them', () => {
  expect(choiceOf(UserStatusSchema, 4)).toBe('locked');
  expect(choiceNumber(UserStatusSchema, 'locked')).toBe(4);
  expect(choiceOf(UserStatusSchema, 0)).toBeUndefined();
  expect(choiceNumber(UserStatusSchema, null)).toBe(0);
});
