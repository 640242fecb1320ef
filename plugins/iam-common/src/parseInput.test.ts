import { z } from 'zod';
import {
  groupIdSchema,
  organizationIdSchema,
  scopeIdSchema,
} from './identifiers';
import { parseInput } from './parseInput';
import { refusal, refusals } from './refusals';

const UUID = '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e';

describe('parseInput', () => {
  it.each<[string, z.ZodType, unknown, string, string | undefined]>([
    ['a missing field', z.object({ a: z.string() }), {}, 'missing', 'a'],
    ['another type', z.object({ a: z.string() }), { a: 1 }, 'wrong_type', 'a'],
    ['no object at all', z.object({}), 'x', 'wrong_type', undefined],
    [
      'a field nobody asked for',
      z.object({ a: z.strictObject({}) }),
      { a: { b: 1 } },
      'unknown_field',
      'a.b',
    ],
    ['no choice', z.object({ a: z.enum(['x']) }), {}, 'missing', 'a'],
    [
      'another choice',
      z.object({ a: z.enum(['x']) }),
      { a: 'y' },
      'unknown_choice',
      'a',
    ],
    ['an id misspelt', organizationIdSchema, 'acme', 'format', undefined],
    [
      'an id of another kind',
      organizationIdSchema,
      `iam.group/${UUID}`,
      'wrong_kind',
      undefined,
    ],
    [
      'an id of none of the kinds',
      z.object({ scope: scopeIdSchema }),
      { scope: `iam.user/${UUID}` },
      'wrong_kind',
      'scope',
    ],
    [
      'something in a list',
      z.object({ a: z.array(groupIdSchema) }),
      { a: [`iam.group/${UUID}`, 'x'] },
      'format',
      'a.1',
    ],
    ['too many', z.array(z.string()).max(1), ['a', 'b'], 'too_many', undefined],
    ['too large a number', z.int().max(1), 2, 'too_large', undefined],
    [
      'a code nobody knows',
      z.string().refine(() => false),
      'x',
      'format',
      undefined,
    ],
  ])('tells of %s', (_name, schema, value, code, field) => {
    expect(() => parseInput(schema, value)).toThrow(
      expect.objectContaining({
        code: `iam.input.${code}`,
        field,
        kind: 'invalid_argument',
        status: 400,
      }),
    );
  });
});

describe('refusal', () => {
  it('names code, kind and field', () => {
    expect(refusal('iam.user.not_found', 'user').toJSON()).toEqual({
      name: 'CommandRejectedError',
      code: 'iam.user.not_found',
      kind: 'not_found',
      message: 'There is no such user',
      retryable: false,
      field: 'user',
    });
  });

  it('has codes that say where they are from', () => {
    for (const [code, [, message]] of Object.entries(refusals)) {
      expect(code).toMatch(/^iam\.[a-z_]+\.[a-z_]+$/);
      expect(message).not.toMatch(/\.$/);
    }
  });
});
