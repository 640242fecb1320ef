/** Descriptions at random, in which the same few names meet. */
import {
  asCodeDocuments,
  AS_CODE_API_VERSION,
  checkInput,
  type AsCodeDocument,
  type AsCodeDocumentInput,
} from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import type { PlacedDocument } from '../readDocuments';

const apiVersion = AS_CODE_API_VERSION;
const slug = fc.constantFrom<string[]>('one', 'two', 'three');
const organization = fc.constantFrom('acme', 'globex');
const state = fc.constantFrom(
  'present' as const,
  'present' as const,
  'absent' as const,
);
const name = fc.constantFrom('First', 'Second');
const login = fc.constantFrom('ann', 'bob', 'bob@example.com', 'nobody');
const subject = fc.oneof(
  login.map(user => `user:${user}`),
  slug.map(group => `group:${group}`),
);
const list = <T>(item: fc.Arbitrary<T>, by: (item: T) => string) =>
  fc.option(fc.uniqueArray(item, { selector: by, maxLength: 3 }), {
    nil: undefined,
  });
const role = fc.constantFrom('reader', 'writer');
const expiresAt = fc.option(fc.constant('2031-01-01T00:00:00.000Z'), {
  nil: undefined,
});
const administrators = (level: string) =>
  list(
    fc.record({
      subject,
      role: fc.constantFrom(`${level}-owner`, 'looker'),
      expiresAt,
      state,
    }),
    each => `${each.role} ${each.subject}`,
  );

const drawn: Record<string, fc.Arbitrary<AsCodeDocumentInput>> = {
  Organization: fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant('Organization' as const),
    slug: organization,
    name,
    active: fc.option(fc.boolean(), { nil: undefined }),
    metadata: fc.option(
      fc.dictionary(
        fc.constantFrom('team', 'cost'),
        fc.constantFrom('x', null),
      ),
      { nil: undefined },
    ),
    administrators: administrators('organization'),
    state,
    prune: fc.boolean(),
  }),
  AdministratorRole: fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant('AdministratorRole' as const),
    organization: fc.option(organization, { nil: undefined }),
    key: fc.constant('looker'),
    level: fc.constant('organization' as const),
    name,
    permissions: fc.constantFrom<string[][]>(
      ['iam.user.read'],
      ['*.read', 'iam.user.*'],
    ),
    state,
  }),
  Project: fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant('Project' as const),
    organization,
    slug,
    name,
    description: fc.constantFrom('', 'A thing'),
    active: fc.option(fc.boolean(), { nil: undefined }),
    roles: list(
      fc.record({
        key: role,
        name,
        permissions: fc.constantFrom<{ pattern: string }[][]>(
          [{ pattern: '*.read' }],
          [{ pattern: 'catalog.*' }, { pattern: '*.read' }],
        ),
        state,
      }),
      each => each.key,
    ),
    delegations: list(
      fc.record({
        organization,
        roles: fc.uniqueArray(role, { minLength: 1 }),
        state,
      }),
      each => each.organization,
    ),
    grants: list(
      fc.record({ subject, role, expiresAt, state }),
      each => `${each.subject} ${each.role}`,
    ),
    administrators: administrators('project'),
    state,
    prune: fc.boolean(),
  }),
  Group: fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant('Group' as const),
    organization,
    slug,
    name,
    members: list(fc.record({ user: login, state }), each => each.user),
    // Down only, or the description itself would have a cycle; which way is
    // down changes from one description to the next.
    groups: list(slug, each => each),
    grants: list(
      fc.record({ project: slug, role, expiresAt, state }),
      each => `${each.project} ${each.role}`,
    ),
    state,
    prune: fc.boolean(),
  }),
};

/** @returns documents without contradictions in themselves */
export const description: fc.Arbitrary<PlacedDocument[]> = fc
  .tuple(
    fc.uniqueArray(fc.oneof(...Object.values(drawn)), {
      selector: keyOf,
      maxLength: 14,
    }),
    fc.constantFrom<string[][]>(
      ['one', 'two', 'three'],
      ['three', 'two', 'one'],
    ),
  )
  .map(([documents, order]) =>
    documents.map((document, at) => {
      if (document.kind === 'Group' && document.groups) {
        const below = order.slice(order.indexOf(document.slug) + 1);
        const groups = document.groups.filter(each =>
          below.includes(String(each)),
        );
        return place({ ...document, groups }, at);
      }
      return place(document, at);
    }),
  );

function keyOf(document: AsCodeDocumentInput): string {
  const { kind, ...rest } = document as Record<string, unknown>;
  return [kind, rest.organization, rest.slug, rest.key].join(' ');
}

export function place(input: AsCodeDocumentInput, at = 0): PlacedDocument {
  const checked = checkInput(asCodeDocuments[input.kind], input);
  if ('faults' in checked) {
    throw new Error(JSON.stringify(checked.faults));
  }
  return {
    document: checked.data as AsCodeDocument,
    placeOf: () => ({ file: 'access.yaml', line: at + 1, column: 1 }),
  };
}
