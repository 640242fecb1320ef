/**
 * Every command: it takes effect for who may, for nobody else, and each field
 * that is wrong is told with its code.
 */
import {
  newAggregateId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { instanceAggregateId } from '@callboard/plugin-iam-common';
import type { z } from 'zod';
import { examples } from './__testUtils__/examples';
import { outcome, TestIam } from './__testUtils__/TestIam';
import { commandPermissions, type CommandName } from './commandPermissions';
import type { CommandRequest, CommandResult } from './CommandRequest';
import { commandDefinitions } from './IamCommands';

jest.setTimeout(120_000);

type Input = Record<string, unknown>;

const names = Object.keys(commandPermissions) as CommandName[];

let iam: TestIam;
let other: TestIam;

beforeAll(async () => {
  iam = await TestIam.start();
  other = await iam.otherInstance('other');
});

afterAll(async () => {
  await iam?.stop();
});

async function example(name: CommandName) {
  const { input, caller = iam.owner.caller } = await examples[name](iam);
  return { input: input as Input, caller };
}

function give(name: CommandName, request: CommandRequest, input: Input) {
  const command = iam.commands[name] as (
    request: CommandRequest,
    input: Input,
  ) => Promise<CommandResult>;
  return command(request, input);
}

/** The field names of a command, and the ids among them. */
function shapeOf(name: CommandName): Record<string, z.ZodType> {
  return (commandDefinitions[name].input as unknown as z.ZodObject).shape;
}

const isId = (value: unknown): value is AggregateId =>
  typeof value === 'string' && /^iam\.[a-z_]+\/[0-9a-f-]{36}$/.test(value);

/** Exactly what a field of this name is refused for. */
const faults: Record<string, readonly (readonly [unknown, string])[]> = {
  name: [
    ['', 'empty'],
    ['   ', 'empty'],
    ['x'.repeat(201), 'too_long'],
    ['a\u202eb', 'invisible'],
  ],
  slug: [
    ['', 'empty'],
    ['x'.repeat(64), 'too_long'],
    ['\u0430cme', 'alphabet'],
    ['a--b', 'format'],
    ['admin', 'reserved'],
  ],
  username: [
    ['', 'empty'],
    ['x'.repeat(129), 'too_long'],
    ['\u0430nn', 'alphabet'],
    ['.ann', 'format'],
  ],
  givenName: [
    ['', 'empty'],
    ['x'.repeat(201), 'too_long'],
    ['a\u0000b', 'invisible'],
  ],
  familyName: [['', 'empty']],
  displayName: [['', 'empty']],
  email: [
    ['', 'empty'],
    ['ann', 'format'],
    ['\u0430nn@example.org', 'alphabet'],
    [`${'x'.repeat(250)}@example.org`, 'too_long'],
  ],
  phone: [
    ['', 'empty'],
    ['12', 'format'],
  ],
  language: [
    ['', 'empty'],
    ['not a language', 'format'],
  ],
  description: [
    ['x'.repeat(1001), 'too_long'],
    ['a\u202eb', 'invisible'],
  ],
  key: [
    ['', 'empty'],
    ['x'.repeat(64), 'too_long'],
    ['\u0440ole', 'alphabet'],
  ],
  value: [
    ['', 'empty'],
    ['x'.repeat(4001), 'too_long'],
    ['a\u0000', 'invisible'],
  ],
  domain: [
    ['', 'empty'],
    ['exa\u0430mple.com', 'mixed_scripts'],
    ['127.0.0.1', 'format'],
  ],
  code: [
    ['', 'empty'],
    ['x'.repeat(101), 'too_long'],
    ['\u0441ode', 'alphabet'],
  ],
  expiresAt: [
    ['tomorrow', 'format'],
    ['2001-01-01T00:00:00Z', 'past'],
    ['2101-01-01T00:00:00Z', 'too_far'],
  ],
  until: [
    ['tomorrow', 'format'],
    ['2001-01-01T00:00:00Z', 'past'],
  ],
  version: [
    [0, 'too_small'],
    [1.5, 'wrong_type'],
  ],
  method: [['smtp', 'unknown_choice']],
  policy: [['taste', 'unknown_choice']],
  level: [['system', 'unknown_choice']],
  scopes: [
    [[], 'empty'],
    [Array.from({ length: 101 }, (_, at) => `a.p${at}`), 'too_many'],
  ],
  roles: [[[], 'empty']],
  changes: [[[], 'empty']],
  auditDays: [
    [0, 'too_small'],
    [36_501, 'too_large'],
  ],
  instance: [
    ['', 'empty'],
    ['Acme', 'format'],
  ],
};

const faultsOf = (name: CommandName, field: string) =>
  (faults[field] ?? []).filter(
    ([, code]) =>
      // An instance that is there has been named well; a key may be a UUID.
      !(
        field === 'instance' &&
        name !== 'createInstance' &&
        code === 'empty'
      ) && !(field === 'key' && name === 'removeKey'),
  );

/** What is taken away from whom does not have to be there. */
const takesAway = new Set([
  'unassignAdministrator subject',
  'removeMember user',
  'removeSubgroup child',
]);

describe.each(names)('%s', name => {
  it('takes effect, once under one command id', async () => {
    const { input, caller } = await example(name);
    const request = { caller, commandId: iam.name('command-') };
    const first = await give(name, request, input);
    expect(first.events.length).toBeGreaterThan(0);
    expect(first.position).toBe(first.events.at(-1)!.position);
    const again = await give(name, request, input);
    expect(again.events).toEqual(first.events);
    expect([again.position, again.id]).toEqual([first.position, first.id]);
    // What is secret is told once.
    expect([again.secret, again.privateKey]).toEqual([undefined, undefined]);
    const made = first.events.map(event => event.aggregateId);
    expect(made).toContain(first.id ?? made[0]);
    const text = JSON.stringify(
      await Promise.all(
        first.events.map(({ id }) => iam.store.log.readEvent(id)),
      ),
    );
    for (const hidden of [first.secret, first.privateKey?.d].filter(Boolean)) {
      expect(text).not.toContain(hidden);
    }
  });

  it('is for nobody else', async () => {
    const { input } = await example(name);
    const stranger = await iam.user();
    const authorization = commandPermissions[name];
    const told = await outcome(give(name, iam.as(stranger), input));
    expect(told).toMatch(
      // A code is the proof: somebody who has it is who it was sent to.
      authorization === 'code'
        ? /^done$/
        : /^iam\.permission\.denied$|^iam\.[a-z_]+\.not_found [a-z]/,
    );
    const { caller } = other.as(other.ownerId);
    expect(await outcome(give(name, { caller }, input))).toMatch(
      // In their own instance they may add a domain or an organization.
      isInstanceWide(name)
        ? /./
        : /^iam\.permission\.denied$|^iam\.[a-z_]+\.not_found [a-z]/,
    );
  });

  it('refuses what a field cannot be', async () => {
    const { input, caller } = await example(name);
    const fields = Object.keys(shapeOf(name)).filter(
      each => each !== 'version',
    );
    expect(Object.keys(input)).toEqual(expect.arrayContaining(fields));
    for (const [field, schema] of Object.entries(shapeOf(name))) {
      const generic: unknown[] = [
        ...(schema.safeParse(undefined).success ? [] : [undefined]),
        ...(field === 'auditDays' ? [] : [null]),
        {},
        [{}],
        7.5,
        '\u0000',
        'x'.repeat(20_000),
      ];
      for (const value of field === 'settings' ? generic.slice(1) : generic) {
        const told = await outcome(
          give(name, { caller }, { ...input, [field]: value }),
        );
        expect(`${field}: ${told}`).toMatch(
          new RegExp(`^${field}: iam\\.input\\.\\w+ ${field}\\b`),
        );
      }
      for (const [value, code] of faultsOf(name, field)) {
        const told = await outcome(
          give(name, { caller }, { ...input, [field]: value }),
        );
        expect(
          `${field} ${JSON.stringify(value)}: ${told}`.slice(0, 9000),
        ).toBe(
          `${field} ${JSON.stringify(value)}: iam.input.${code} ${field}`.slice(
            0,
            9000,
          ),
        );
      }
    }
    expect(await outcome(give(name, { caller }, { ...input, other: 1 }))).toBe(
      'iam.input.unknown_field other',
    );
  });

  it('refuses ids of nothing, of another kind and of another instance', async () => {
    const { input, caller } = await example(name);
    for (const [field, id] of Object.entries(input)) {
      if (!isId(id)) {
        continue;
      }
      const type = id.slice(0, id.indexOf('/'));
      const wrong = newAggregateId('iam.session');
      expect(
        await outcome(give(name, { caller }, { ...input, [field]: wrong })),
      ).toMatch(new RegExp(`^iam\\.input\\.wrong_kind ${field}$`));
      for (const none of [newAggregateId(type), await foreignId(type)]) {
        const told = await outcome(
          give(name, { caller }, { ...input, [field]: none }),
        );
        expect(`${field} ${told}`).toMatch(
          // Taking away what is not there is done already.
          takesAway.has(`${name} ${field}`)
            ? /done|not_found/
            : new RegExp(`^${field} iam\\.[a-z_]+\\.not_found ${field}$`),
        );
      }
    }
  });

  it('refuses a stale version', async () => {
    if (!Object.hasOwn(shapeOf(name), 'version')) {
      return;
    }
    const { input, caller } = await example(name);
    expect(
      await outcome(give(name, { caller }, { ...input, version: 4_711 })),
    ).toBe('iam.version.stale version');
  });
});

/** Those whose example names nothing that another instance does not have. */
function isInstanceWide(name: CommandName): boolean {
  const needed: unknown = commandPermissions[name];
  return Array.isArray(needed) && needed[0].of === undefined;
}

async function foreignId(type: string): Promise<AggregateId> {
  switch (type) {
    case 'iam.instance':
      return instanceAggregateId(other.instance);
    case 'iam.organization':
      return other.home;
    case 'iam.user':
      return other.ownerId;
    case 'iam.group':
      return other.group();
    case 'iam.project':
      return other.project();
    default: {
      const { id } = await other.commands.createAdministratorRole(other.owner, {
        key: other.name('role'),
        level: 'organization',
        name: 'Role',
        permissions: ['iam.user.read'],
      });
      return id!;
    }
  }
}
