// Every read of the log comes out of an index in its order: no scan of the
// whole table, and nothing sorted but a result that is smaller than the page
// anyway (a few scattered rows, which the planner likes to fetch in the order
// of the disk). On enough rows for the planner to care.
import type {
  AggregateId,
  InstanceId,
  Position,
} from '@callboard/plugin-eventstore-common';
import { door } from '../../__testUtils__/doorEvents';
import {
  createTestDatabase,
  type TestDatabase,
} from '../../__testUtils__/testDatabase';
import { EventStore } from '../../service/EventStore';
import type { EventFilter, EventLog } from '../EventLog';

jest.setTimeout(120_000);

const ROWS = 120_000;
/** Rows of the largest page. */
const PAGE = 1_000;

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Plan Rows': number;
  'Actual Rows'?: number;
  Plans?: PlanNode[];
}

describe('the plans of reads', () => {
  let database: TestDatabase;
  let log: EventLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    const store = await EventStore.start({ knex: database.knex, seal: false });
    store.register(door.events);
    log = store.log;
    await database.knex.raw(
      `insert into events select n, 'tenant-' || n % 7,
          'house.' || case n % 3 when 0 then 'wall' else 'door' end || '/'
            || substr(md5((n % 9000)::text)::uuid::text, 1), 1 + n / 9000,
          case when n % 601 = 0 then 'house.wall.fallen'
            when n % 3 = 0 then 'house.wall.painted'
            when n % 3 = 1 then 'house.door.opened' else 'house.door.shut' end, 1,
          gen_random_uuid(), '{"kind":"user","id":"x"}', 'user:u' || n % 500,
          '{"plugin":"x"}', case when n % 4 > 0 then 'request-' || n / 5 end,
          timestamptz '2026-01-01' + make_interval(secs => n), '{"hand":"left"}'
        from generate_series(1, ?::int) n`,
      [ROWS],
    );
    await database.knex.raw('analyze events');
  });

  afterAll(async () => {
    await database?.destroy();
  });

  /**
   * The plans of all statements on events that a read sends.
   *
   * @param explain - run the statements as well, to know the actual rows
   */
  async function plansOf(
    read: () => Promise<unknown>,
    explain = 'format json',
  ): Promise<PlanNode[]> {
    const statements: { sql: string; bindings: unknown[] }[] = [];
    const collect = (query: { sql: string; bindings: unknown[] }) =>
      statements.push(query);
    database.knex.on('query', collect);
    await read();
    database.knex.removeListener('query', collect);
    const plans: PlanNode[] = [];
    for (const { sql, bindings } of statements) {
      if (/\bfrom events\b/.test(sql)) {
        // The driver's own placeholders are there already.
        const connection = await database.knex.client.acquireConnection();
        const { rows } = await connection.query(
          `explain (${explain}) ${sql}`,
          bindings,
        );
        database.knex.client.releaseConnection(connection);
        plans.push(rows[0]['QUERY PLAN'][0].Plan);
      }
    }
    expect(plans.length).toBeGreaterThan(0);
    return plans;
  }

  function nodesOf(plan: PlanNode): PlanNode[] {
    return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
  }

  const id = 'house.door/c4ca4238-a0b9-2382-0dcc-509a6f75849b' as AggregateId;
  const tenant = 'tenant-3' as InstanceId;
  const ann = { kind: 'user', id: 'u77' } as const;
  const middle = (ROWS / 2) as Position;
  const noon = new Date('2026-01-01T12:00:00Z');

  const reads: [string, () => Promise<unknown>, string[]][] = [
    ['the head', () => log.head(), ['events_pkey']],
    ['one aggregate', () => log.readAggregate(id), ['events_aggregate']],
    [
      'the tail of one aggregate',
      () => log.readAggregate(id, { after: 5 as never }),
      ['events_aggregate'],
    ],
    [
      'one aggregate as of a position',
      () => log.readAggregate(id, { through: middle }),
      ['events_aggregate'],
    ],
    ['a version', () => log.versionOf(id), ['events_aggregate']],
    [
      'one event',
      () => log.readEvent('01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e' as never),
      ['events_id'],
    ],
    ...[0, 1_000, ROWS / 2, ROWS - 10].flatMap(
      (after): [string, () => Promise<unknown>, string[]][] => [
        [
          `a batch after ${after}`,
          () => log.readBatch({ after: after as Position }),
          ['events_pkey'],
        ],
        [
          `a batch of two types after ${after}`,
          () =>
            log.readBatch({
              after: after as Position,
              filter: { types: ['house.door.opened', 'house.door.shut'] },
            }),
          ['events_pkey'],
        ],
      ],
    ),
    [
      'a batch of one instance since a time',
      () =>
        log.readBatch({
          after: 0 as Position,
          filter: { instance: tenant, since: noon },
        }),
      ['events_pkey'],
    ],
    ['the newest page', () => log.readPage(), ['events_pkey']],
    [
      'a page from long ago',
      () => log.readPage({ through: middle }),
      ['events_pkey'],
    ],
    [
      'a page of an instance',
      () => log.readPage({ filter: { instance: tenant } }),
      ['events_pkey'],
    ],
    [
      'a page of an aggregate',
      () => log.readPage({ filter: { aggregateId: id } }),
      ['events_aggregate'],
    ],
    [
      'a page of a type',
      () =>
        log.readPage({
          filter: { instance: tenant, types: ['house.wall.fallen'] },
        }),
      ['events_type'],
    ],
    [
      'a page of a type before a time',
      () =>
        log.readPage({
          filter: {
            instance: tenant,
            types: ['house.wall.fallen'],
            before: noon,
          },
        }),
      ['events_type'],
    ],
    [
      'a page of an actor',
      () => log.readPage({ filter: { instance: tenant, actor: ann } }),
      ['events_actor'],
    ],
    [
      'a page of an actor in all instances',
      () => log.readPage({ filter: { actor: ann } }),
      ['events_actor', 'events_pkey', 'events_type'],
    ],
    [
      'a page of an instance without newer events',
      () => log.readPage({ filter: { instance: 'nobody' as InstanceId } }),
      ['events_pkey', 'events_type'],
    ],
    [
      'a page of types that are rare in the instance',
      () =>
        log.readPage({
          filter: {
            instance: tenant,
            aggregateTypes: ['house.wall'],
            actor: ann,
            before: noon,
          },
        }),
      ['events_actor'],
    ],
    [
      'a page of rare types in all instances',
      () =>
        log.readPage({
          filter: { types: ['house.wall.fallen'] },
        }),
      ['events_pkey', 'events_type'],
    ],
    [
      'a page of a correlation',
      () => log.readPage({ filter: { correlationId: 'request-777' } }),
      ['events_correlation'],
    ],
  ];

  it.each(reads)('%s', async (_name, read, indexes) => {
    const nodes = (await plansOf(read)).flatMap(nodesOf);
    const kinds = new Set(nodes.map(node => node['Node Type']));
    expect(kinds).not.toContain('Seq Scan');
    const largeSorts = nodes.filter(
      node => /Sort/.test(node['Node Type']) && node['Plan Rows'] > PAGE,
    );
    expect(largeSorts).toEqual([]);
    const used = new Set(nodes.flatMap(node => node['Index Name'] ?? []));
    expect([...used].sort()).toEqual([...indexes].sort());
  });

  // Statistics always trail the log; most of all in a new portal.
  it.each<[string, EventFilter | undefined]>([
    ['a batch', undefined],
    ['a batch of types', { types: ['house.door.opened', 'house.door.shut'] }],
    ['a batch of aggregate types', { aggregateTypes: ['house.door'] }],
    ['a batch before a time', { before: new Date('2027-01-01') }],
  ])('%s sorts nothing when the planner knows nothing', async (_, filter) => {
    await database.knex.raw(
      `delete from pg_statistic where starelid = 'events'::regclass`,
    );
    await database.knex.raw(
      `update pg_class set reltuples = -1, relpages = 0 where oid = 'events'::regclass`,
    );
    const nodes = (
      await plansOf(
        () => log.readBatch({ after: middle, filter }),
        'analyze, format json',
      )
    ).flatMap(nodesOf);
    expect(nodes.map(node => node['Node Type'])).not.toContain('Sort');
    const most = Math.max(...nodes.map(node => node['Actual Rows']!));
    expect(most).toBeLessThanOrEqual(3 * PAGE);
    await database.knex.raw('analyze events');
  });

  it('finds the position of a time with few look-ups', async () => {
    const transaction = await database.knex.transaction();
    const scans = async () =>
      Number(
        (
          await transaction.raw(
            `select pg_stat_get_xact_numscans('events_pkey'::regclass) as scans`,
          )
        ).rows[0].scans,
      );
    const before = await scans();
    const { rows } = await transaction.raw(
      `select position_at('2026-01-01T12:00:00Z') as position`,
    );
    const after = await scans();
    await transaction.rollback();
    expect(Number(rows[0].position)).toBe(43_200);
    expect(after - before).toBeGreaterThan(0);
    expect(after - before).toBeLessThanOrEqual(20);
  });
});
