// The plans of the hot queries of views: by index, and without a sort, on
// 100,000 rows.
import type { Knex } from 'knex';
import { doors } from '../__testUtils__/doorViews';
import { startTestNode, type TestNode } from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { TableStatements } from '../projections/statements';
import { ViewFold } from '../projections/ViewFold';
import type { View } from '../spoolers/View';
import { hostOf } from '../service/PluginSpoolers';

jest.setTimeout(120_000);

const ROWS = Number(process.env.EVENTSTORE_PLAN_ROWS ?? 100_000);

describe('the plan of', () => {
  let test: TestStore;
  let node: TestNode;
  let view: View<(typeof doors)['tables']>;

  beforeAll(async () => {
    test = await startTestStore();
    node = await startTestNode(
      { knex: test.database.knex, log: test.store.log },
      doors,
    );
    view = node.spoolers.views.get('doors') as typeof view;
    await view.ready();
    // Each row has had three earlier versions.
    await test.database.knex.raw(
      `insert into house_doors_v1.doors (id, open, openings, hand, name, changed_at, valid_from)
        select 'house.door/' || md5(i::text), i % 2 = 0, i, 'left', 'name ' || i,
          '2026-01-01'::timestamptz + i * interval '1 second', 3 * ? + i
        from generate_series(1, ?) i`,
      [ROWS, ROWS],
    );
    await test.database.knex.raw(
      `insert into house_doors_v1.doors_history (id, open, openings, hand, name, changed_at, valid_from, valid_to)
        select 'house.door/' || md5(i::text), i % 2 = 0, i, 'left', 'name ' || i,
          '2026-01-01'::timestamptz + i * interval '1 second', n * ? + i, (n + 1) * ? + i
        from generate_series(1, ?) i, generate_series(0, 2) n`,
      [ROWS, ROWS, ROWS],
    );
    await test.database.knex.raw(
      'vacuum analyze house_doors_v1.doors, house_doors_v1.doors_history',
    );
  });

  afterAll(async () => {
    await node?.stop();
    await test?.stop();
  });

  async function plan(query: { sql: string; bindings: readonly unknown[] }) {
    const { rows } = await test.database.knex.raw(
      `explain (format json) ${query.sql}`,
      query.bindings as Knex.RawBinding[],
    );
    const types: string[] = [];
    const visit = (found: any) => {
      // any: PostgreSQL's own format
      types.push(
        `${found['Node Type']} ${found['Index Name'] ?? found['Relation Name'] ?? ''}`.trim(),
      );
      (found.Plans ?? []).forEach(visit);
    };
    visit(rows[0]['QUERY PLAN'][0].Plan);
    return types;
  }

  const ofBuilder = (query: Knex.QueryBuilder) => {
    const { sql, bindings } = query.toSQL();
    return plan({ sql, bindings });
  };

  const noScan = (types: readonly string[]) =>
    types.filter(type => /^(Seq Scan|Sort|Incremental Sort)/.test(type));

  it('a get by key, now and as of a position', async () => {
    for (const asOf of [undefined, 2 * ROWS]) {
      const types = await ofBuilder(
        test.database.knex
          .from(view.at(asOf as never).table('doors', 'd'))
          .where('d.id', 'house.door/x')
          .select('*'),
      );
      expect(noScan(types)).toEqual([]);
    }
  });

  it('a page in order of an index, now and as of a position', async () => {
    for (const asOf of [undefined, ROWS, 3 * ROWS, 4 * ROWS]) {
      const types = await ofBuilder(
        test.database.knex
          .from(view.at(asOf as never).table('doors', 'd'))
          .where('d.open', true)
          .orderBy('d.changed_at')
          .limit(50)
          .select('d.id', 'd.name'),
      );
      expect(noScan(types)).toEqual([]);
    }
  });

  it('a page of the recent past looks for what has changed since', async () => {
    const asOf = 4 * ROWS - 50;
    // What has been closed since then is found by the position, and is little.
    await test.database
      .knex('eventstore_spoolers')
      .update({ position: 4 * ROWS });
    await hostOf(node.spoolers).tick();
    const types = await ofBuilder(
      test.database.knex
        .from(view.at(asOf as never).page('doors', 'd'))
        .where('d.open', true)
        .orderBy('d.changed_at')
        .limit(50)
        .select('d.id', 'd.name'),
    );
    expect(types).toContain('Index Scan doors_history_valid_to_idx');
    expect(types.filter(type => type.startsWith('Seq Scan'))).toEqual([]);
  });

  it('reading 1,000 rows by key for a batch', async () => {
    const fold = new ViewFold(doors);
    const statements = new TableStatements(
      'house_doors_v1',
      fold.tables[0]!,
      0,
    );
    const keys = Array.from({ length: 1_000 }, (_, i) => [`house.door/${i}`]);
    expect(noScan(await plan(statements.selectByKey(keys)))).toEqual([]);
    const signs = new TableStatements('house_doors_v1', fold.tables[1]!, 1);
    const types = await plan(signs.selectByValues({ door: 'x' }));
    expect(types).not.toContain('Sort');
  });

  it('writing 1,000 changed rows and their past', async () => {
    const fold = new ViewFold(doors);
    const [table] = fold.tables;
    const found = await test.database
      .knex('house_doors_v1.doors')
      .orderBy('openings')
      .limit(1_000);
    const rows = found.map(row => ({
      row: view.toRow('doors', row),
      from: Number(row.valid_from),
    }));
    table!.load(rows, { keys: new Map(), searches: new Map() });
    rows.forEach(({ row }, i) => {
      const applied = fold.apply({
        type: 'house.door.signed',
        position: 4 * ROWS + i + 1,
        aggregateId: row.id,
        payload: { name: 'new', floor: 1 },
      } as never);
      expect(applied.outcome).toBe('applied');
    });
    const parts = new TableStatements('house_doors_v1', table!, 0).parts();
    expect(parts).toHaveLength(2);
    const types = await plan({
      sql: `WITH fence AS (SELECT 1), ${parts.map(({ sql }) => sql).join(', ')} SELECT`,
      bindings: parts.flatMap(({ bindings }) => bindings),
    });
    expect(noScan(types)).toEqual([]);
  });
});
