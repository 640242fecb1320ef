/** What each kind of value accepts, how it is kept, and why others are refused. */
import { CommandRejectedError } from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import { z } from 'zod';
import { parseInput } from '../parseInput';
import { digestSchema, publicKeySchema, timestampSchema } from './credential';
import { domainNameSchema, hostNameSchema } from './domainName';
import { emailAddressSchema } from './emailAddress';
import { languageSchema } from './language';
import { metadataKeySchema, metadataValueSchema } from './metadata';
import { descriptionSchema, nameSchema, personNameSchema } from './name';
import { phoneNumberSchema } from './phoneNumber';
import { roleKeySchema, slugSchema } from './slug';
import { usernameSchema } from './username';

/** What is kept, or the code of the refusal. */
function outcome(schema: z.ZodType, value: unknown): unknown {
  try {
    return parseInput(z.object({ value: schema }), { value }).value;
  } catch (error) {
    const { code, field } = error as CommandRejectedError;
    expect(field).toMatch(/^value/);
    return code.replace('iam.input.', '!');
  }
}

const long = (length: number) => 'a'.repeat(length);

describe.each<[string, z.ZodType, [unknown, unknown][]]>([
  [
    'slug',
    slugSchema,
    [
      ['acme', 'acme'],
      ['Acme-2', 'acme-2'],
      [long(63), long(63)],
      [long(64), '!too_long'],
      ['', '!empty'],
      [undefined, '!missing'],
      [null, '!wrong_type'],
      [7, '!wrong_type'],
      ['2acme', '!format'],
      ['acme-', '!format'],
      ['ac--me', '!format'],
      ['ac_me', '!alphabet'],
      ['ac me', '!alphabet'],
      // A Kelvin sign, which toLowerCase makes a k.
      ['ac\u212ae', '!alphabet'],
      ['аcme', '!alphabet'],
      ['ａｃｍｅ', '!alphabet'],
      ['login', '!reserved'],
    ],
  ],
  [
    'role key',
    roleKeySchema,
    [
      ['Release.Manager_2', 'release.manager_2'],
      ['release..manager', '!format'],
      ['release manager', '!alphabet'],
      ['', '!empty'],
      [long(64), '!too_long'],
    ],
  ],
  [
    'username',
    usernameSchema,
    [
      [' Ann.O-Neil+x_1@example.org ', 'Ann.O-Neil+x_1@example.org'],
      ['a', 'a'],
      ['', '!empty'],
      [long(129), '!too_long'],
      ['.ann', '!format'],
      ['ann.', '!format'],
      ['ann neil', '!alphabet'],
      ['müller', '!alphabet'],
      ['аnn', '!alphabet'],
    ],
  ],
  [
    'name',
    nameSchema,
    [
      ['  Acme   Inc. ', 'Acme Inc.'],
      // Composed: e and its accent are one character.
      ['Cafe\u0301', 'Café'],
      ['Команда Backend', 'Команда Backend'],
      ['東京カタカナLab', '東京カタカナLab'],
      ['می‌خواهم', 'می‌خواهم'],
      ['Team 7 🚀', 'Team 7 🚀'],
      ['', '!empty'],
      ['   ', '!empty'],
      [long(200), long(200)],
      [long(201), '!too_long'],
      ['\ufdfa'.repeat(30), '!too_long'],
      [long(100_000), '!too_long'],
      ['Ac\u200bme', '!invisible'],
      ['Ac\u200dme', '!invisible'],
      ['\u202eemca', '!invisible'],
      ['Ac\nme', '!invisible'],
      ['\ud800', '!invisible'],
      ['\u3164', '!invisible'],
      ['Аcme', '!mixed_scripts'],
      ['Paypaӏ', '!mixed_scripts'],
      ['gօօgle', '!mixed_scripts'],
      ['Αlpha', '!mixed_scripts'],
      ['ᚠᚢᚦ', '!alphabet'],
    ],
  ],
  [
    'name of a person',
    personNameSchema,
    [
      ['Аnn', 'Аnn'],
      ['ᚠᚢᚦ', 'ᚠᚢᚦ'],
      ['An\u200bn', '!invisible'],
      ['', '!empty'],
    ],
  ],
  [
    'description',
    descriptionSchema,
    [
      [' Two\nlines ', 'Two\nlines'],
      ['', ''],
      ['a\u202eb', '!invisible'],
      [long(1001), '!too_long'],
    ],
  ],
  [
    'domain',
    domainNameSchema,
    [
      ['Acme.EXAMPLE.com', 'acme.example.com'],
      ['bücher.example', 'xn--bcher-kva.example'],
      ['рф.рф', 'xn--p1ai.xn--p1ai'],
      ['acme.co.uk', 'acme.co.uk'],
      ['co.uk', '!public_suffix'],
      ['com', '!public_suffix'],
      ['localhost', '!public_suffix'],
      ['github.io', '!public_suffix'],
      ['', '!empty'],
      ['acme', '!public_suffix'],
      ['acme..com', '!format'],
      ['-acme.com', '!format'],
      ['acme.com/path', '!format'],
      ['acme.com:443', '!format'],
      ['user@acme.com', '!format'],
      ['1.2.3.4', '!format'],
      ['1.2.3', '!format'],
      ['0x7f.1', '!format'],
      ['аcme.com', '!mixed_scripts'],
      [`${long(64)}.com`, '!format'],
      [long(254), '!too_long'],
    ],
  ],
  [
    'host',
    hostNameSchema,
    [
      ['localhost', 'localhost'],
      ['portal.internal', 'portal.internal'],
      ['[::1]', '!format'],
    ],
  ],
  [
    'e-mail address',
    emailAddressSchema,
    [
      [' Ann.O@Example.ORG ', 'Ann.O@example.org'],
      ["o'neil+tag@bücher.example", "o'neil+tag@xn--bcher-kva.example"],
      [`${long(64)}@example.org`, `${long(64)}@example.org`],
      [`${long(65)}@example.org`, '!format'],
      ['', '!empty'],
      ['ann', '!format'],
      ['@example.org', '!format'],
      ['ann@', '!format'],
      ['a@b@example.org', '!format'],
      ['.ann@example.org', '!format'],
      ['an..n@example.org', '!format'],
      ['"ann"@example.org', '!format'],
      ['ann@1.2.3.4', '!format'],
      ['аnn@example.org', '!alphabet'],
      ['an n@example.org', '!alphabet'],
      ['ann\n@example.org', '!alphabet'],
      [`ann@${long(260)}.org`, '!too_long'],
    ],
  ],
  [
    'telephone',
    phoneNumberSchema,
    [
      ['+49 (0)30 123456', '+4930123456'],
      ['+1 202-555-0123', '+12025550123'],
      ['', '!empty'],
      ['030 123456', '!format'],
      ['+999 123456', '!format'],
      ['+49 30 1', '!format'],
      ['+1 202 555 0123 ext. 4', '!format'],
      ['+４９ 30 123456', '!format'],
      [`+${'1'.repeat(40)}`, '!too_long'],
    ],
  ],
  [
    'metadata key',
    metadataKeySchema,
    [
      ['costCenter', 'costCenter'],
      ['1st', '!format'],
      ['cost center', '!alphabet'],
      ['__proto__', '!format'],
      ['', '!empty'],
    ],
  ],
  [
    'metadata value',
    metadataValueSchema,
    [
      ['any\ntext ', 'any\ntext '],
      ['', '!empty'],
      ['a\u0000b', '!invisible'],
      [long(4001), '!too_long'],
    ],
  ],
  [
    'language',
    languageSchema,
    [
      ['DE', 'de'],
      ['pt-br', 'pt-BR'],
      ['', '!empty'],
      ['deutsch!', '!format'],
    ],
  ],
  [
    'digest',
    digestSchema,
    [
      [long(43), long(43)],
      [long(42), '!format'],
      [long(44), '!too_long'],
      [`${long(42)}=`, '!alphabet'],
    ],
  ],
  [
    'moment',
    timestampSchema,
    [
      ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000Z'],
      ['2026-11-20', '!format'],
      ['2026-13-20T10:00:00Z', '!format'],
      ['soon', '!format'],
    ],
  ],
])('%s', (_name, schema, cases) => {
  it.each(cases)('%j is %j', (value, expected) => {
    expect(outcome(schema, value)).toBe(expected);
  });

  it('is the same when it is taken again', () => {
    const kept = cases
      .map(([, expected]) => expected)
      .filter(expected => !String(expected).startsWith('!'));
    expect(kept.map(value => outcome(schema, value))).toEqual(kept);
  });

  it('is refused with a code, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.string({ unit: 'grapheme' })),
        value => {
          const result = outcome(schema, value);
          expect(typeof result).toBe('string');
        },
      ),
      { seed: 5 },
    );
  });
});

describe('public key', () => {
  const rsa = { kty: 'RSA', n: long(342), e: 'AQAB', alg: 'RS256' };
  const ec = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', alg: 'ES256' };

  it.each([rsa, ec])('takes %j', key => {
    expect(outcome(publicKeySchema, key)).toEqual(key);
  });

  it.each([
    [{ ...rsa, d: 'x' }, '!secret'],
    [{ ...rsa, p: 'x' }, '!secret'],
    [{ kty: 'oct', k: 'x' }, '!secret'],
    [{ ...rsa, n: long(341) }, '!too_short'],
    [{ ...ec, crv: 'secp256k1' }, '!unknown_choice'],
    [{ ...ec, alg: 'none' }, '!unknown_choice'],
    [{ ...ec, use: 'sig' }, '!unknown_field'],
    [{ kty: 'DSA' }, '!unknown_choice'],
    ['ssh-rsa AAAA', '!wrong_type'],
    [undefined, '!missing'],
  ])('%j is %j', (key, expected) => {
    expect(outcome(publicKeySchema, key)).toBe(expected);
  });
});
