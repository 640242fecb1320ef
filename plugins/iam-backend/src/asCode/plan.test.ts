/* eslint-disable jest/no-conditional-expect -- for each of what was drawn */
import type { UserId } from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import { description, place } from './__testUtils__/drawDocuments';
import { applyToModel } from './__testUtils__/model';
import { describe as describeDocuments } from './describe';
import { plan, planIdOf, type Actual } from './plan';
import type { PlacedDocument } from './readDocuments';
import { renderPlan } from './renderPlan';

const NOW = new Date('2030-01-01T00:00:00Z');
const user = (name: string) => ({
  id: `iam.user/${name}` as UserId,
  name,
  organization: 'acme',
});
const users = new Map([
  ['ann', user('ann')],
  ['bob', user('bob')],
  ['bob@example.com', user('bob')],
]);
const nothing: Actual = { resources: new Map(), users };

const desiredOf = (documents: readonly PlacedDocument[]) =>
  describeDocuments(documents, {}, NOW).desired;

/** What is there after a description was applied to what was there. */
function after(actual: Actual, documents: readonly PlacedDocument[]): Actual {
  return applyToModel(actual, plan(desiredOf(documents), actual).changes);
}

const apiVersion = 'iam.callboard/v1' as const;

describe('a plan', () => {
  it('is in an order in which it can be made, and nothing is left to do', () => {
    fc.assert(
      fc.property(description, description, (before, wanted) => {
        const actual = after(nothing, before);
        const desired = desiredOf(wanted);
        const first = plan(desired, actual);
        const reached = applyToModel(actual, first.changes);
        const second = plan(desired, reached);
        expect(second.changes).toEqual([]);
        expect(second.extras).toEqual(first.extras);
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes what is wanted, and removes only what is marked', () => {
    fc.assert(
      fc.property(description, description, (before, wanted) => {
        const actual = after(nothing, before);
        const desired = desiredOf(wanted);
        const { changes, faults } = plan(desired, actual);
        const reached = applyToModel(actual, changes);
        const faulty = faults.length > 0;
        for (const [key, { absent, resource }] of desired.resources) {
          const found = reached.resources.get(key)?.resource;
          if (absent && !faulty) {
            expect(found && key).toBeUndefined();
          } else if (!absent && !faulty && !key.includes('bob@')) {
            expect(found?.fields).toMatchObject(
              Object.fromEntries(
                Object.entries(resource.fields).filter(
                  ([field, value]) => value !== null && field !== 'active',
                ),
              ),
            );
          }
        }
        const marked =
          [...desired.resources.values()].some(({ absent }) => absent) ||
          [...desired.lists.values()].some(({ prune }) => prune);
        if (!marked) {
          expect(changes.filter(each => each.action === 'remove')).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same for the same description and state', () => {
    fc.assert(
      fc.property(description, wanted => {
        const desired = desiredOf(wanted);
        const source = { name: 'access', revision: 'r1' };
        const ids = [1, 2].map(() =>
          planIdOf(source, 7, plan(desired, nothing).changes),
        );
        expect(ids[0]).toBe(ids[1]);
        expect(ids[0]).toMatch(/^as-code\/[\w-]{32}$/);
      }),
    );
  });

  it('reads like Terraform', () => {
    const organization = place({
      apiVersion,
      kind: 'Organization',
      slug: 'acme',
      name: 'Acme',
    });
    const group = (members: string[], prune = false) =>
      place(
        {
          apiVersion,
          kind: 'Group',
          organization: 'acme',
          slug: 'one',
          name: members.length > 1 ? 'Team' : 'Team One',
          members,
          prune,
        },
        4,
      );
    const actual = after(nothing, [organization, group(['ann', 'bob'])]);
    expect(renderPlan(plan(desiredOf([organization, group(['ann'])]), actual)))
      .toBe(`  ~ group acme/one  (access.yaml:5:1)
      ~ name: "Team" -> "Team One"
  ? member acme/one>bob is not described  (access.yaml:5:1)
Plan: 0 to add, 1 to change, 0 to remove, 1 not described.
`);
    expect(
      renderPlan(
        plan(desiredOf([organization, group(['ann', 'nobody'], true)]), actual),
      ),
    ).toBe(`  - member acme/one>bob  (access.yaml:5:1)
  ! There is no user nobody  (access.yaml:5:1)
Plan: 0 to add, 0 to change, 1 to remove, 1 faulty.
`);
    expect(renderPlan(plan(desiredOf([organization]), actual))).toBe(
      'No changes.\n',
    );
  });

  it('turns nested groups round without a cycle on the way', () => {
    const nested = (slug: string, groups: string[]) =>
      place({
        apiVersion,
        kind: 'Group',
        organization: 'acme',
        slug,
        name: slug,
        groups,
        prune: true,
      });
    const organization = place({
      apiVersion,
      kind: 'Organization',
      slug: 'acme',
      name: 'Acme',
    });
    const one = [organization, nested('one', ['two']), nested('two', [])];
    const other = [organization, nested('one', []), nested('two', ['one'])];
    const actual = after(nothing, one);
    expect(
      plan(desiredOf(other), actual).changes.map(
        ({ action, resource }) => `${action} ${resource.key}`,
      ),
    ).toEqual([
      'remove subgroup acme/one>acme/two',
      'create subgroup acme/two>acme/one',
    ]);
    expect(() => after(actual, other)).not.toThrow();
  });
});
