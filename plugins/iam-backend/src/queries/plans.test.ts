/**
 * The plans of the hot queries on 100,000 users: by index, never through a whole
 * table, and a page in the order of its index without a sort. What is planned
 * is what the queries really send.
 */
import type { UserId } from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { fillViews, idOf, MANY } from './__testUtils__/manyRows';
import { TestViews } from './__testUtils__/TestViews';

jest.setTimeout(600_000);

/** Long ago, lately, and now. */
const MOMENTS = [undefined, 100, MANY.head - 1_000];
/** Tables so small here that looking through them is the best plan. */
const SMALL = [
  'projects',
  'scopes',
  'project_roles',
  'administrator_roles',
  'project_grants',
];

interface Sent {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

describe('on 100,000 users', () => {
  let test: TestViews;
  let owner: Caller;
  let viewer: Caller;

  beforeAll(async () => {
    test = await TestViews.start();
    await fillViews(test);
    const caller = async (number: number): Promise<Caller> => ({
      kind: 'user',
      instance: MANY.instance,
      user: (await idOf(test, 'iam.user', 'u', number)) as UserId,
    });
    owner = await caller(0);
    // In groups of groups that administer organizations.
    viewer = await caller(9_001);
  });

  afterAll(async () => {
    await test?.stop();
  });

  const queries = () => test.queries;
  const asOwner = () => owner;

  /** What is sent to the views while something is done. */
  async function sentBy(
    work: () => Promise<unknown>,
    about: string,
  ): Promise<Sent[]> {
    const sent: Sent[] = [];
    const note = (query: { sql: string; bindings: readonly unknown[] }) => {
      if (/"iam_\w+_v\d+"/.test(query.sql) && query.sql.includes(about)) {
        sent.push({ sql: query.sql, bindings: query.bindings });
      }
    };
    test.knex.on('query', note);
    try {
      await work();
    } finally {
      test.knex.removeListener('query', note);
    }
    expect(sent.length).toBeGreaterThan(0);
    return sent;
  }

  /** The nodes of the plans of what is sent. */
  async function plansOf(
    work: () => Promise<unknown>,
    about = '',
  ): Promise<string[]> {
    const nodes: string[] = [];
    const visit = (found: any) => {
      // any: PostgreSQL's own format
      nodes.push(
        `${found['Node Type']} ${found['Relation Name'] ?? ''}`.trim(),
      );
      (found.Plans ?? []).forEach(visit);
    };
    for (const { sql, bindings } of await sentBy(work, about)) {
      const rows = await test.knex.transaction(async trx => {
        const connection = await trx.client.acquireConnection();
        const result = await connection.query(
          `explain (format json) ${sql}`,
          bindings,
        );
        return result.rows;
      });
      visit(rows[0]['QUERY PLAN'][0].Plan);
    }
    return nodes;
  }

  const scans = (nodes: readonly string[]) =>
    nodes.filter(
      node =>
        node.startsWith('Seq Scan') &&
        !SMALL.some(table => node.replace('_history', '').endsWith(table)),
    );

  const sorts = (nodes: readonly string[]) =>
    nodes.filter(node => /^(Sort|Incremental Sort)/.test(node));

  it.each(MOMENTS)('a check, as of %p', async asOf => {
    const { authorizer } = test.queries;
    const organization = await idOf(test, 'iam.organization', 'o', 1);
    const options = { asOf: asOf as never };
    for (const caller of [owner, viewer]) {
      const allowed = await authorizer.may(
        caller,
        'iam.user.read',
        organization as never,
        options,
      );
      expect(allowed).toBe(true);
      const nodes = await plansOf(() =>
        authorizer.may(caller, 'iam.user.read', organization as never, options),
      );
      expect(scans(nodes)).toEqual([]);
      const others = await plansOf(() =>
        authorizer.holdingsOf(caller, 'catalog.entity.read', options),
      );
      expect(scans(others)).toEqual([]);
    }
  });

  it.each(MOMENTS)('a page of users by name, as of %p', async asOf => {
    const options = { asOf: asOf as never, total: false };
    const organization = (await idOf(
      test,
      'iam.organization',
      'o',
      0,
    )) as never;
    for (const sort of ['name', 'created'] as const) {
      const first = await queries().users.list(
        asOwner(),
        { organization },
        { ...options, sort },
      );
      expect(first.items).toHaveLength(50);
      const nodes = await plansOf(
        () =>
          queries().users.list(
            asOwner(),
            { organization },
            { ...options, sort, cursor: first.nextCursor },
          ),
        // The other statement finds out what may be seen.
        '"iam_users_v2"',
      );
      expect(scans(nodes)).toEqual([]);
      expect(asOf === undefined ? sorts(nodes) : []).toEqual([]);
    }
  });

  it.each(MOMENTS)('a search for users, as of %p', async asOf => {
    for (const search of ['kowalski77', 'user99']) {
      const found = await queries().users.list(
        asOwner(),
        { search },
        { asOf: asOf as never },
      );
      expect(found.items.length).toBeGreaterThan(0);
      const nodes = await plansOf(() =>
        queries().users.list(asOwner(), { search }, { asOf: asOf as never }),
      );
      expect(scans(nodes)).toEqual([]);
    }
  });

  it('a user by id, by username and by e-mail address', async () => {
    const id = await idOf(test, 'iam.user', 'u', 77_777);
    const byId = await plansOf(() =>
      queries().users.get(asOwner(), id as never),
    );
    expect(scans(byId)).toEqual([]);
    for (const filter of [
      { username: 'User77777' },
      { email: 'USER77777@example.org' },
    ]) {
      const found = await queries().users.list(asOwner(), filter);
      expect(found.items.map(user => user.id as string)).toEqual([id]);
      const nodes = await plansOf(() =>
        queries().users.list(asOwner(), filter),
      );
      expect(scans(nodes)).toEqual([]);
    }
  });

  it('members of a group with 100,000, and the grants of a project', async () => {
    const group = (await idOf(test, 'iam.group', 'g', 0)) as never;
    const project = (await idOf(test, 'iam.project', 'p', 3)) as never;
    const members = await queries().members.ofGroup(
      asOwner(),
      group,
      {},
      { limit: 20 },
    );
    expect(members.items).toHaveLength(20);
    const ofGroup = await plansOf(() =>
      queries().members.ofGroup(asOwner(), group, { kind: 'user' }),
    );
    expect(scans(ofGroup)).toEqual([]);
    for (const filter of [{ project }, {}]) {
      const grants = await plansOf(() =>
        queries().grants.list(asOwner(), filter),
      );
      expect(scans(grants)).toEqual([]);
    }
  });
});
