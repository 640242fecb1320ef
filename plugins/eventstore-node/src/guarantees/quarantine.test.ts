// G10: a poison event is isolated, visible and healed by replay; nothing is
// skipped.
import {
  newAggregateId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import {
  doorOpened,
  doorShut,
  doorSigned,
  toDoor,
} from '../__testUtils__/doorEvents';
import { doors, JAMMED, mended } from '../__testUtils__/doorViews';
import {
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
import { compareWithRebuild, dumpView } from '../testing/compareWithRebuild';
import { pause } from '../spoolers/pause';
import { hostOf } from '../service/PluginSpoolers';

jest.setTimeout(60_000);

describe('an event that cannot be applied (G10)', () => {
  let test: TestStore;
  let node: TestNode | undefined;

  beforeEach(async () => {
    test = await startTestStore();
    mended.clear();
  });

  afterEach(async () => {
    await node?.stop();
    node = undefined;
    await test?.stop();
  });

  async function start(
    options: Partial<TestNodeOptions> = {},
    projection: Projection = doors,
  ) {
    node = await startTestNode(
      { knex: test.database.knex, log: test.store.log, ...options },
      projection,
    );
    await node.spoolers.views.get(projection.name).ready();
    return node.spoolers;
  }

  const append = async (
    id: AggregateId,
    ...events: Parameters<typeof toDoor>[2]
  ) => test.store.log.append(toDoor(id, 'any', events));

  const opened = (note?: string) => doorOpened.of({ hand: 'left', note });

  const catchUp = async () => {
    const { position } = await test.store.log.head();
    await node!.spoolers.views.get('doors').waitFor(position);
  };

  const openings = async () =>
    Object.fromEntries(
      (
        await rowsOf(
          test.database.knex,
          node!.spoolers.views.get('doors'),
          'doors',
        )
      ).map((row: any) => [row.id, row.openings]), // any: of any view
    );

  it('takes its aggregate out, and only that, visibly', async () => {
    const spoolers = await start({ settings: { batchSize: 2 } });
    const [sick, well] = [
      newAggregateId('house.door'),
      newAggregateId('house.door'),
    ];
    await append(sick, opened());
    await append(well, opened());
    const failed = await append(sick, opened(JAMMED));
    await append(well, opened());
    await append(sick, doorShut.of({}), opened());
    await append(well, opened());
    await catchUp();

    expect(await openings()).toEqual({ [sick]: 1, [well]: 3 });
    const [state] = await spoolers.admin.states();
    expect(state).toMatchObject({
      quarantined: 1,
      lagEvents: 0,
      error: undefined,
      leader: node!.node.id,
      epoch: 1,
    });
    const [entry] = await spoolers.admin.quarantined('doors');
    expect(entry).toMatchObject({
      aggregateId: sick,
      eventId: failed.events[0]!.id,
      position: failed.position,
      version: 2,
      type: 'house.door.opened',
      waiting: 3,
      attempts: 1,
      cause: expect.stringContaining('Error: The door is jammed'),
    });
    expect(Date.parse(entry!.failedAt)).not.toBeNaN();
  });

  it('is healed by a replay, in order, as if it had never failed', async () => {
    const spoolers = await start({ settings: { batchSize: 2 } });
    const [sick, well] = [
      newAggregateId('house.door'),
      newAggregateId('house.door'),
    ];
    await append(sick, opened(), doorSigned.of({ name: 'Ann', floor: 1 }));
    await append(
      sick,
      doorShut.of({}),
      opened(JAMMED),
      doorShut.of({ slammed: true }),
    );
    // The right hand is not counted in the rows of the sick one.
    await append(well, doorOpened.of({ hand: 'right' }), doorShut.of({}));
    await append(sick, opened());
    await catchUp();

    // Still jammed.
    expect(await spoolers.admin.replay('doors')).toEqual({
      healed: 0,
      failed: 1,
      rebuilding: undefined,
      pending: false,
    });
    expect(await spoolers.admin.quarantined('doors')).toMatchObject([
      { aggregateId: sick, attempts: 2, waiting: 3 },
    ]);

    mended.add(sick);
    expect(await spoolers.admin.replay('doors', { aggregateId: sick })).toEqual(
      {
        healed: 1,
        failed: 0,
        rebuilding: undefined,
        pending: false,
      },
    );
    expect(await spoolers.admin.quarantined('doors')).toEqual([]);
    expect(await openings()).toEqual({ [sick]: 3, [well]: 1 });
    const { before, after } = await compareWithRebuild(spoolers, 'doors');
    expect(after).toEqual(before);
  });

  it.each([
    ['in the same batch', 1_000],
    ['in a later one', 1],
  ])(
    'is healed by a rebuild when events used the same rows %s',
    async (_when, batchSize) => {
      const [sick, well] = [
        newAggregateId('house.door'),
        newAggregateId('house.door'),
      ];
      await append(sick, opened(JAMMED));
      // Both count the left hand: the sick one's turn is over.
      await append(well, opened());
      const spoolers = await start({ settings: { batchSize } });
      await catchUp();
      mended.add(sick);
      const result = await spoolers.admin.replay('doors');
      expect(result).toEqual({
        healed: 0,
        failed: 0,
        rebuilding: 2,
        pending: false,
      });
      // Readers see the rebuilt tables from some moment on.
      for (;;) {
        const states = await spoolers.admin.states();
        if (states.some(s => s.state === 'live' && s.generation === 2)) {
          break;
        }
        await pause(5);
      }
      expect(await openings()).toEqual({ [sick]: 1, [well]: 1 });
      expect(await spoolers.admin.quarantined('doors')).toEqual([]);
      const { before, after } = await compareWithRebuild(spoolers, 'doors');
      expect(after).toEqual(before);
    },
  );

  it('waits through a restart, and the next leader heals it', async () => {
    await start();
    const sick = newAggregateId('house.door');
    await append(sick, opened(JAMMED), opened());
    await catchUp();
    await node!.stop();
    const spoolers = await start();
    await append(sick, opened());
    await catchUp();
    expect(await spoolers.admin.quarantined('doors')).toMatchObject([
      { waiting: 3 },
    ]);
    mended.add(sick);
    expect(await spoolers.admin.replay('doors')).toMatchObject({ healed: 1 });
    expect(await openings()).toEqual({ [sick]: 3 });
  });

  it('is replayed by the leader when another node is asked', async () => {
    await start();
    const sick = newAggregateId('house.door');
    await append(sick, opened(JAMMED));
    await catchUp();
    mended.add(sick);
    const store = await test.another();
    const other = await startTestNode(
      {
        knex:
          store.log === test.store.log
            ? test.database.knex
            : test.database.connect(),
        log: store.log,
      },
      doors,
    );
    expect(await other.spoolers.admin.replay('doors')).toMatchObject({
      healed: 1,
    });
    expect(await openings()).toEqual({ [sick]: 1 });
    await other.stop();
  });

  it('may be one that the database refuses: too long for an index, say', async () => {
    const long = defineProjection({
      name: 'notes',
      version: 1,
      tables: {
        notes: defineTable({
          columns: { id: column.text(), note: column.text() },
          key: ['id'],
          indexes: [{ on: ['note'] }],
        }),
      },
      events: [doorOpened],
      on: {
        'house.door.opened': (event, { notes }) =>
          notes.upsert({ id: event.id, note: event.payload.note ?? '' }),
      },
    });
    const ids = Array.from({ length: 9 }, () => newAggregateId('house.door'));
    // Incompressible, so that it does not fit into an index.
    const tooLong = Array.from({ length: 3_000 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000)),
    ).join('');
    for (const [i, id] of ids.entries()) {
      await append(id, opened(i === 4 ? tooLong : `note ${i}`));
    }
    const spoolers = await start({}, long);
    const { position } = await test.store.log.head();
    const view = spoolers.views.get('notes');
    await view.waitFor(position);
    const rows = await rowsOf(test.database.knex, view, 'notes');
    expect(rows).toHaveLength(8);
    expect(await spoolers.admin.quarantined('notes')).toMatchObject([
      { aggregateId: ids[4], cause: expect.stringContaining('index row') },
    ]);
  });

  it('is one that cannot be decoded, too', async () => {
    const id = newAggregateId('house.door');
    const { position } = await append(id, opened());
    // As a newer release would have stored it.
    await test.database.knex
      .raw('alter table events disable trigger all')
      .catch(() => {});
    await test.database
      .knex('events')
      .where({ position })
      .update({ revision: 99 });
    await append(newAggregateId('house.door'), opened());
    const spoolers = await start();
    await catchUp();
    expect(Object.keys(await openings())).toHaveLength(1);
    expect(await spoolers.admin.quarantined('doors')).toMatchObject([
      { aggregateId: id, cause: expect.stringContaining('newer release') },
    ]);
  });

  it('is not what a database in trouble makes of it: that is tried again', async () => {
    const spoolers = await start({ settings: { maxBackoffMs: 50 } });
    const id = newAggregateId('house.door');
    await append(id, opened());
    await catchUp();
    const before = await dumpView(spoolers, 'doors');
    // The table is not there for a while.
    await test.database.knex.raw(
      'alter table house_doors_v1.doors rename to gone',
    );
    await append(id, opened());
    let [failing] = await spoolers.admin.states();
    while (!failing!.error) {
      await pause(5);
      await hostOf(node!.spoolers).tick();
      [failing] = await spoolers.admin.states();
    }
    expect(failing!.error).toContain('does not exist');
    expect(failing!.failingSince).toBeDefined();
    await test.database.knex.raw(
      'alter table house_doors_v1.gone rename to doors',
    );
    await catchUp();
    expect(await openings()).toEqual({ [id]: 2 });
    expect(await spoolers.admin.quarantined('doors')).toEqual([]);
    expect(await dumpView(spoolers, 'doors')).not.toEqual(before);
    const [state] = await spoolers.admin.states();
    expect(state).toMatchObject({ error: undefined, failingSince: undefined });
  });
});
