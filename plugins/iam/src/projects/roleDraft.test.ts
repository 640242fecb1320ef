import { create } from '@bufbuild/protobuf';
import { RolePermissionSchema } from '@callboard/plugin-iam-common/api';
import {
  coveredBy,
  draftsOf,
  faultsOf,
  toRolePermissions,
  wordsIn,
  type EntryDraft,
} from './roleDraft';
import { toSlug } from './ProjectForm';

const entry = (
  pattern: string,
  ...conditions: EntryDraft['conditions']
): EntryDraft => ({ id: 0, pattern, conditions });

describe('faultsOf', () => {
  it('has nothing to say about patterns of permissions', () => {
    expect(
      faultsOf([
        entry('catalog.entity.read'),
        entry('*'),
        entry('iam.user.*', { kind: 'owned', words: '' }),
        entry('*.read', { kind: 'tagged', words: 'java, spring-boot' }),
      ]).size,
    ).toBe(0);
  });

  it.each([
    '',
    'iam..read',
    'iam user',
    'iam.*.*',
    'ïam.read',
    'a'.repeat(201),
  ])('finds fault with %j', pattern => {
    expect(faultsOf([entry(pattern)]).get(0)?.pattern).toEqual(
      expect.stringMatching(/^[A-Z]/),
    );
  });

  it('finds what is given twice, whatever the blanks', () => {
    const faults = faultsOf([entry('iam.user.read'), entry(' iam.user.read ')]);

    expect([...faults]).toEqual([
      [1, { pattern: 'Is given twice', conditions: {} }],
    ]);
  });

  it('takes the same pattern under another condition for another entry', () => {
    expect(
      faultsOf([
        entry('iam.user.read'),
        entry('iam.user.read', { kind: 'organization', words: '' }),
      ]).size,
    ).toBe(0);
  });

  it('wants words where a condition has them', () => {
    const faults = faultsOf([
      entry(
        '*',
        { kind: 'owned', words: '' },
        { kind: 'kind', words: ' , ' },
        { kind: 'tagged', words: 'a/b' },
      ),
    ]);

    expect(Object.keys(faults.get(0)!.conditions)).toEqual(['1', '2']);
  });
});

describe('coveredBy', () => {
  const known = [
    { name: 'iam.user.read' },
    { name: 'iam.user.lock' },
    { name: 'catalog.entity.read' },
  ];

  it.each([
    ['iam.user.*', ['iam.user.read', 'iam.user.lock']],
    ['*.read', ['iam.user.read', 'catalog.entity.read']],
    [' catalog.entity.read ', ['catalog.entity.read']],
    ['iam.*.read', ['iam.user.read']],
    ['iam', []],
    ['', []],
  ])('%j covers %j', (pattern, covered) => {
    expect(coveredBy(pattern, known)).toEqual(covered);
  });
});

it('gives back what it was given', () => {
  const permissions = [
    create(RolePermissionSchema, {
      pattern: 'catalog.*',
      conditions: [
        { condition: { case: 'owned', value: {} } },
        { condition: { case: 'tagged', value: { words: ['java', 'go'] } } },
        { condition: { case: 'kind', value: { words: ['API'] } } },
        { condition: { case: 'organization', value: {} } },
      ],
    }),
    create(RolePermissionSchema, { pattern: 'iam.user.read' }),
  ];

  expect(
    toRolePermissions(draftsOf(permissions)).map(each =>
      create(RolePermissionSchema, each),
    ),
  ).toEqual(permissions);
});

it('takes blanks and commas for ends of words, and each word once', () => {
  expect(wordsIn(' java,go  java,')).toEqual(['java', 'go']);
});

describe('toSlug', () => {
  it.each([
    ['Payment API (EU)', 'payment-api-eu'],
    ['Über–Größe', 'uber-gro-e'],
    ['2nd Line', 'nd-line'],
    ['…', ''],
    ['x'.repeat(80), 'x'.repeat(63)],
  ])('makes %j of %j', (name, slug) => {
    expect(toSlug(name)).toBe(slug);
  });
});
