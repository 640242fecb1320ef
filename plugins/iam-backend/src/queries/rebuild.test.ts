/**
 * G6: each view equals a fresh rebuild of itself, also when somebody was erased
 * meanwhile. G13: who is erased is unreadable in the views, and in their past.
 */
import { compareWithRebuild } from '@callboard/plugin-eventstore-node/testing';
import type { Caller } from './Authorizer';
import { randomWorld } from './__testUtils__/randomWorld';
import { TestViews } from './__testUtils__/TestViews';

jest.setTimeout(600_000);

const SEED = Number(process.env.IAM_SEED ?? 7);

describe("IAM's views", () => {
  let test: TestViews;

  beforeAll(async () => {
    test = await TestViews.start();
    await test.append(randomWorld(SEED, 250).log);
    await test.caughtUp();
  });

  afterAll(async () => {
    await test?.stop();
  });

  it('forget who was erased, in the past as well (G13)', async () => {
    const caller: Caller = { kind: 'operator', instance: 'default' as never };
    const { items } = await test.queries.users.list(
      caller,
      { search: 'smith' },
      { limit: 5 },
    );
    const [somebody] = items;
    const before = await test.store.log.head();
    const subject = somebody!.id;
    expect(somebody!.displayName).toContain('Smith');
    await test.store.eraseSubject(subject, {
      instance: caller.instance,
      actor: { kind: 'system', id: 'test' },
      context: { plugin: 'iam' },
    });
    await test.caughtUp();
    for (const asOf of [undefined, before.position]) {
      const user = await test.queries.users.get(caller, subject, { asOf });
      expect(user).toMatchObject({
        username: null,
        displayName: null,
        givenName: null,
        familyName: null,
        email: null,
      });
      const found = await test.queries.users.list(
        caller,
        { search: 'smith' },
        { asOf, limit: 200 },
      );
      expect(found.items.map(({ id }) => id)).not.toContain(subject);
    }
    const { rows } = await test.knex.raw(
      `select count(*) from iam_users_v2.users_history
        where id = ? and (search is not null or pieces is not null)`,
      [subject],
    );
    expect(rows).toEqual([{ count: '0' }]);
  });

  it.each([
    'access',
    'instances',
    'organizations',
    'users',
    'groups',
    'projects',
    'policies',
  ])('equal a rebuild of themselves: %s (G6)', async view => {
    const { before, after } = await compareWithRebuild(test.spoolers, view);
    expect(after).toEqual(before);
    expect(Object.values(before).flat().length).toBeGreaterThan(0);
  });

  it('have no event in quarantine', async () => {
    const states = await test.spoolers.admin.states();
    expect(states.map(({ quarantined }) => quarantined)).toEqual(
      states.map(() => 0),
    );
  });
});
