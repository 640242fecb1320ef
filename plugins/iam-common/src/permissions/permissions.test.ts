import { CommandRejectedError } from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import { parseInput } from '../parseInput';
import {
  administratorRoleRefSchema,
  builtInAdministratorRoles,
  ownerRoleOf,
  permissionsAt,
} from './administratorRoles';
import {
  coversPattern,
  matchesPermission,
  permissionPatternSchema,
} from './permissionPattern';
import { LEVELS, permissions } from './permissions';
import { rolePermissionsSchema } from './rolePermission';

const names = Object.keys(permissions);

describe('matchesPermission', () => {
  it.each([
    ['*', 'iam.user.lock', true],
    ['*', 'catalog.entity.read', true],
    ['iam.*', 'iam.user.lock', true],
    ['iam.*', 'iam', false],
    ['iam.user.*', 'iam.user.lock', true],
    ['iam.user.*', 'iam.user.credential.read', true],
    ['iam.user.*', 'iam.users.read', false],
    ['iam.user', 'iam.user.lock', false],
    ['iam.user.lock', 'iam.user.lock', true],
    ['*.read', 'catalog.entity.read', true],
    ['*.read', 'catalog.entity.read.own', false],
    ['*.read', 'read', false],
    ['catalog.*.read', 'catalog.entity.read', true],
    ['catalog.*.read', 'catalog.read', false],
    ['catalog.*.read', 'catalog.a.read.b.read', true],
    ['*.a.*', 'x.b.a.y', true],
    ['*.a.*', 'a.b', false],
    ['scaffolder.action.*', 'scaffolder.action.execute', true],
    ['catalog.Entity.read', 'catalog.entity.read', false],
  ])('%s and %s: %s', (pattern, permission, expected) => {
    expect(matchesPermission(pattern, permission)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const segment = fc.constantFrom('a', 'b', 'read');
    const pattern = fc
      .array(fc.oneof(segment, fc.constant('*')), {
        minLength: 1,
        maxLength: 6,
      })
      .map(parts => parts.join('.'))
      .filter(text => permissionPatternSchema.safeParse(text).success);
    const permission = fc
      .array(segment, { minLength: 1, maxLength: 7 })
      .map(parts => parts.join('.'));
    fc.assert(
      fc.property(pattern, permission, (text, name) => {
        const expression = new RegExp(
          `^${text.replaceAll('.', '\\.').replaceAll('*', '[^.]+(\\.[^.]+)*')}$`,
        );
        expect(matchesPermission(text, name)).toBe(expression.test(name));
      }),
      { seed: 5, numRuns: 2_000 },
    );
  });
});

describe('coversPattern', () => {
  it.each([
    ['*', 'iam.*', true],
    ['iam.*', '*', false],
    ['iam.*', 'iam.user.*', true],
    ['iam.user.*', 'iam.*', false],
    ['*.read', 'iam.*.read', true],
    ['*.read', 'iam.*', false],
    ['iam.user.read', 'iam.user.read', true],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(coversPattern(wide, narrow)).toBe(expected);
  });

  it('never says so where a permission gets through', () => {
    const part = fc.constantFrom('a', 'b', '*');
    const pattern = fc
      .array(part, { minLength: 1, maxLength: 4 })
      .map(parts => parts.join('.'))
      .filter(text => permissionPatternSchema.safeParse(text).success);
    const permission = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 })
      .map(parts => parts.join('.'));
    fc.assert(
      fc.property(pattern, pattern, permission, (wide, narrow, name) => {
        fc.pre(coversPattern(wide, narrow) && matchesPermission(narrow, name));
        expect(matchesPermission(wide, name)).toBe(true);
      }),
      { seed: 5, numRuns: 500, maxSkipsPerRun: 1_000 },
    );
  });
});

describe('patterns', () => {
  it.each([
    ['', 'empty'],
    ['iam..user', 'format'],
    ['.iam', 'format'],
    ['iam.', 'format'],
    ['iam.us*', 'format'],
    ['iam.*.*', 'format'],
    ['iam.usеr', 'alphabet'],
    ['iam user', 'alphabet'],
    ['a'.repeat(201), 'too_long'],
  ])('%j is refused: %s', (pattern, code) => {
    let found: unknown;
    try {
      parseInput(permissionPatternSchema, pattern);
    } catch (error) {
      found = (error as CommandRejectedError).code;
    }
    expect(found).toBe(`iam.input.${code}`);
  });

  it('in a role are each there once', () => {
    const entry = { pattern: 'iam.*' };
    expect(rolePermissionsSchema.safeParse([entry, entry]).success).toBe(false);
    expect(
      rolePermissionsSchema.safeParse([
        entry,
        { ...entry, conditions: [{ kind: 'owned' }] },
      ]).success,
    ).toBe(true);
  });
});

describe('the catalogue', () => {
  it('has names that can be patterns, too', () => {
    for (const name of names) {
      expect(name).toMatch(/^iam(\.[a-z_]+)+\.[a-z]+$/);
      expect(permissionPatternSchema.safeParse(name).success).toBe(true);
    }
  });

  it('gives the owner of a level all of it and of those below, and no more', () => {
    for (const level of ['instance', 'organization', 'project'] as const) {
      const role = builtInAdministratorRoles[ownerRoleOf[level]];
      const expected = Object.entries(permissions)
        .filter(
          ([, permission]) =>
            LEVELS.indexOf(permission.level) >= LEVELS.indexOf(level),
        )
        .map(([name]) => name);
      expect(permissionsAt(level, role.permissions)).toEqual(expected);
    }
  });

  it('has a role for every permission below the system', () => {
    const given = Object.values(builtInAdministratorRoles).flatMap(role =>
      permissionsAt(role.level, role.permissions),
    );
    for (const [name, { level }] of Object.entries(permissions)) {
      expect(given.includes(name)).toBe(level !== 'system');
    }
  });

  it('lets viewers change nothing', () => {
    const viewers = Object.entries(builtInAdministratorRoles).filter(([key]) =>
      key.endsWith('-viewer'),
    );
    expect(viewers).toHaveLength(3);
    for (const [, role] of viewers) {
      const given = permissionsAt(role.level, role.permissions);
      expect(given.length).toBeGreaterThan(0);
      expect(given.every(name => name.endsWith('.read'))).toBe(true);
    }
  });

  it('has no pattern in a built-in role that gives nothing', () => {
    for (const role of Object.values(builtInAdministratorRoles)) {
      for (const pattern of role.permissions) {
        expect(permissionsAt(role.level, [pattern])).not.toEqual([]);
      }
    }
  });

  it('refers to a role by key or id', () => {
    expect(administratorRoleRefSchema.safeParse('instance-owner').success).toBe(
      true,
    );
    expect(administratorRoleRefSchema.safeParse('emperor').success).toBe(false);
  });
});
