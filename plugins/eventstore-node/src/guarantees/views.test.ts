// What a view is through its life: made, filled, rebuilt, replaced, dropped.
import {
  newAggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import { doorOpened, doorShut, toDoor } from '../__testUtils__/doorEvents';
import { doors, doorsOfVersion } from '../__testUtils__/doorViews';
import {
  createTestNode,
  rowsOf,
  startTestNode,
  type TestNode,
  type TestNodeOptions,
} from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { column } from '../projections/column';
import {
  defineProjection,
  defineTable,
  type Projection,
} from '../projections/defineProjection';
import { selectGenerations } from '../spoolers/operations/selectSpooler';
import { pause } from '../spoolers/pause';
import { dumpView } from '../testing/compareWithRebuild';
import { hostOf } from '../service/PluginSpoolers';

jest.setTimeout(60_000);

describe('a view', () => {
  let test: TestStore;
  let nodes: TestNode[];

  beforeEach(async () => {
    test = await startTestStore();
    nodes = [];
  });

  afterEach(async () => {
    await Promise.all(nodes.map(node => node.stop()));
    await test?.stop();
  });

  async function start(
    projection: Projection = doors,
    options: Partial<TestNodeOptions> = {},
  ) {
    const node = await startTestNode(
      { knex: test.database.knex, log: test.store.log, ...options },
      projection,
    );
    nodes.push(node);
    return { node, view: node.spoolers.views.get(projection.name) };
  }

  async function stop(node: TestNode) {
    nodes.splice(nodes.indexOf(node), 1);
    await node.stop();
  }

  const generations = () =>
    selectGenerations(test.database.knex, 'view', 'doors');

  async function fill(count: number) {
    const id = newAggregateId('house.door');
    const { log } = test.store;
    for (let i = 0; i < count; i += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, count - i) }, () =>
          log.append(
            toDoor(newAggregateId('house.door'), 0, [
              doorOpened.of({ hand: 'left' }),
            ]),
          ),
        ),
      );
    }
    return id;
  }

  async function untilLive(generation: number) {
    for (;;) {
      const row = (await generations()).find(r => r.generation === generation);
      if (row?.state === 'live') {
        return row;
      }
      await pause(5);
    }
  }

  it('is rebuilt while it is read and written, and never seen half', async () => {
    await fill(300);
    const { node, view } = await start(doors, { settings: { batchSize: 20 } });
    await view.ready();
    await view.waitFor(300 as Position);

    let over = false;
    let stored = 300;
    const writing = (async () => {
      while (!over) {
        await test.store.log.append(
          toDoor(newAggregateId('house.door'), 0, [
            doorOpened.of({ hand: 'right' }),
          ]),
        );
        stored++;
        await pause(1);
      }
    })();
    // A door that has been there is there ever after.
    const reading = (async () => {
      let reads = 0;
      let most = 0;
      while (!over) {
        const [{ count }] = await test.database.knex
          .from(view.at().table('doors'))
          .count({ count: '*' });
        expect(Number(count)).toBeGreaterThanOrEqual(most);
        most = Number(count);
        reads++;
        // And what was written can be read, whichever tables there are.
        if (reads % 5 === 0) {
          await view.waitFor(stored as Position, { timeoutMs: 20_000 });
        }
      }
      return reads;
    })();
    const progress: number[] = [];
    for (const generation of [2, 3]) {
      expect(await node.spoolers.admin.rebuild('doors')).toBe(generation);
      for (;;) {
        const states = await node.spoolers.admin.states();
        const built = states.find(state => state.generation === generation)!;
        if (built.state === 'live') {
          break;
        }
        expect(built.rebuild).toMatchObject({ done: built.position });
        expect(built.rebuild!.total).toBeGreaterThanOrEqual(300);
        progress.push(built.rebuild!.done);
      }
    }
    over = true;
    await writing;
    expect(await reading).toBeGreaterThan(10);
    expect(progress.length).toBeGreaterThan(0);
    await view.waitFor(stored as Position);
    expect(await rowsOf(test.database.knex, view, 'doors')).toHaveLength(
      stored,
    );
    // What nobody reads any more goes away.
    const left = async () => {
      await hostOf(node.spoolers).tick();
      const { rows } = await test.database.knex.raw(
        `select nspname from pg_namespace where nspname like 'house_doors%'`,
      );
      return { generations: (await generations()).length, schemas: rows };
    };
    let now = await left();
    while (now.generations !== 1 || now.schemas.length !== 1) {
      await pause(5);
      now = await left();
    }
    expect(now.schemas).toEqual([{ nspname: 'house_doors_v1' }]);
  });

  it('goes on with a rebuild where a node that died left it', async () => {
    await fill(200);
    const first = await start(doors, {
      settings: { batchSize: 10, leaseMs: 300 },
    });
    await first.view.ready();
    await first.node.spoolers.admin.rebuild('doors');
    let position = 0;
    while (position === 0) {
      const built = (await generations()).find(row => row.generation === 2)!;
      position = built.position;
    }
    await stop(first.node);
    const left = (await generations()).find(row => row.generation === 2)!;
    const second = await start(doors);
    const built = await untilLive(2);
    // It did not begin anew: no event was applied twice.
    expect(left.position).toBeGreaterThan(0);
    expect(built.events).toBe(200);
    expect(await rowsOf(test.database.knex, second.view, 'doors')).toHaveLength(
      200,
    );
  });

  it('can have its rebuild given up', async () => {
    await fill(100);
    const { node, view } = await start(doors, {
      settings: { batchSize: 1 },
    });
    await view.ready();
    await node.spoolers.admin.rebuild('doors');
    expect(await node.spoolers.admin.cancelRebuild('doors')).toBe(true);
    expect(await node.spoolers.admin.cancelRebuild('doors')).toBe(false);
    expect(await rowsOf(test.database.knex, view, 'doors')).toHaveLength(100);
    for (;;) {
      await hostOf(node.spoolers).tick();
      if ((await generations()).length === 1) {
        break;
      }
      await pause(5);
    }
  });

  it('of a new version takes the place of the old one, which stays for nodes that know no other', async () => {
    await fill(50);
    const old = await start(doors);
    await old.view.ready();
    const renewed = defineProjection({
      ...doorsOfVersion(2),
      tables: {
        ...doors.tables,
        doors: defineTable({
          columns: { ...doors.tables.doors.columns, colour: column.text() },
          key: ['id'],
          history: true,
        }),
      },
      on: {
        ...doors.on,
        'house.door.opened': (
          event: any,
          tables: any, // any: as in Projection
        ) =>
          tables.doors.upsert({
            id: event.aggregateId,
            open: true,
            openings: 1,
            changed_at: event.recordedAt,
            colour: 'green',
          }),
      } as never,
      events: doors.events as never,
    });
    const store = await test.another();
    const young = await startTestNode(
      { knex: test.database.connect(), log: store.log },
      renewed,
    );
    nodes.push(young);
    const view = young.spoolers.views.get('doors');
    await view.ready();
    const { position } = await test.store.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );
    // Both are kept up to date.
    await view.waitFor(position);
    await old.view.waitFor(position);
    const rows = await rowsOf(test.database.knex, view, 'doors');
    expect(rows).toHaveLength(51);
    expect(rows[0]).toMatchObject({ colour: 'green' });
    expect(await rowsOf(test.database.knex, old.view, 'doors')).toHaveLength(
      51,
    );
    expect(await generations()).toMatchObject([
      { version: 1, state: 'live' },
      { version: 2, state: 'live' },
    ]);
  });

  it('of an old version is dropped once no node has used it for a while', async () => {
    const old = await start(doors);
    await old.view.ready();
    await stop(old.node);
    const young = await start(doorsOfVersion(2), {
      settings: { keepSupersededMs: 1 },
    });
    await young.view.ready();
    let rows = await generations();
    while (rows.length !== 1) {
      await pause(5);
      await hostOf(young.node.spoolers).tick();
      rows = await generations();
    }
    expect(rows).toMatchObject([{ version: 2, state: 'live' }]);
    // Whoever goes back to it gets it built again.
    await stop(young.node);
    const again = await start(doors);
    await again.view.ready();
  });

  it('is read from the version before while a new one with the same tables is built', async () => {
    await fill(30);
    const old = await start(doors);
    await old.view.ready();
    await old.view.waitFor(30 as Position);
    await stop(old.node);
    // A node that builds nothing sees only what there is.
    const reading = await start(doorsOfVersion(2), {
      roles: { spoolers: false },
    });
    expect(
      await rowsOf(test.database.knex, reading.view, 'doors'),
    ).toHaveLength(30);
    // With other tables there is nothing it could read.
    const other = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
      roles: { spoolers: false },
    });
    const changed = await other.spoolers.addProjection(
      defineProjection({
        ...doorsOfVersion(3),
        tables: {
          doors: defineTable({
            columns: { id: column.text(), colour: column.text() },
            key: ['id'],
          }),
        },
        events: [doorShut],
        on: { 'house.door.shut': () => {} },
      }),
    );
    await other.spoolers.start();
    nodes.push(other);
    expect(() => changed.at()).toThrow(
      expect.objectContaining({ code: 'eventstore.view_not_ready' }),
    );
  });

  it('is refused when its tables were changed but not its version', async () => {
    const first = await start(doors);
    await first.view.ready();
    const other = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
    });
    await expect(
      other.spoolers.addProjection(
        defineProjection({
          name: 'doors',
          version: 1,
          tables: {
            doors: defineTable({ columns: { id: column.text() }, key: ['id'] }),
          },
          events: [doorShut],
          on: { 'house.door.shut': () => {} },
        }),
      ),
    ).rejects.toMatchObject({
      code: 'eventstore.declaration_changed',
      field: 'version',
    });
    await expect(
      first.node.spoolers.addProjection(doors),
    ).rejects.toMatchObject({ code: 'eventstore.bad_argument', field: 'name' });
  });

  it('is refused when the names do not fit into an identifier together', async () => {
    const node = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
    });
    await expect(
      node.spoolers.addProjection({ ...doors, name: 'd'.repeat(48) }),
    ).rejects.toMatchObject({ code: 'eventstore.bad_argument', field: 'name' });
  });

  it('is made by several nodes at once, and by each of them again', async () => {
    const four = Array.from({ length: 4 }, () =>
      createTestNode({ knex: test.database.connect(), log: test.store.log }),
    );
    nodes.push(...four);
    await Promise.all(four.map(node => node.spoolers.addProjection(doors)));
    await Promise.all(
      four.map(async node => {
        node.node.start();
        await node.spoolers.start();
        await node.spoolers.views.get('doors').ready();
      }),
    );
    expect(await generations()).toHaveLength(1);
    const leading = four.filter(
      node => [...hostOf(node.spoolers).spoolers].length > 0,
    );
    expect(leading).toHaveLength(1);
  });

  it.each([
    [
      'was restored',
      async () => {
        await test.database.knex('events').where('position', '>', 10).delete();
        await test.database.knex('incarnation').update({
          id: '00000000-0000-4000-8000-000000000000',
        });
      },
      10,
    ],
    [
      'went back in time with its database',
      async () => {
        await test.database.knex('events').where('position', '>', 10).delete();
      },
      10,
    ],
    [
      'went back in time and on from there',
      async () => {
        await test.database.knex('events').where('position', '>', 10).delete();
        await fill(15);
      },
      25,
    ],
  ])('is built anew when the log %s', async (_what, change, doorsLeft) => {
    await fill(20);
    const first = await start(doors);
    await first.view.ready();
    await first.view.waitFor(20 as Position);
    await stop(first.node);
    await change();
    const second = await start(doors, { settings: { maxBackoffMs: 20 } });
    await untilLive(2);
    await hostOf(second.node.spoolers).tick();
    expect(await rowsOf(test.database.knex, second.view, 'doors')).toHaveLength(
      doorsLeft,
    );
  });

  it('keeps what it must not lose when PostgreSQL goes away for a moment', async () => {
    const { view, node } = await start(doors, {
      settings: { maxBackoffMs: 20, pollMs: 50 },
    });
    await view.ready();
    const ended = { now: false };
    const ending = (async () => {
      while (!ended.now) {
        await test.database.knex
          .raw(
            `select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()`,
          )
          .catch(() => {});
        await pause(15);
      }
    })();
    const id = newAggregateId('house.door');
    for (let i = 0; i < 40; i++) {
      await test.store.log.append(
        toDoor(id, 'any', [doorOpened.of({ hand: 'left' })]),
      );
    }
    ended.now = true;
    await ending;
    const { position } = await test.store.log.head();
    await view.waitFor(position, { timeoutMs: 30_000 });
    const [row] = await rowsOf(test.database.knex, view, 'doors');
    expect(row).toMatchObject({ id, openings: position });
    const hands = await dumpView(node.spoolers, 'doors');
    expect(hands.hands).toEqual([
      expect.stringContaining(`(left,${position},`),
    ]);
  });
});
