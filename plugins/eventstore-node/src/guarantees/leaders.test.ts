// G7: never two active spoolers of one view; takeover in seconds; a deposed one
// writes nothing.
import {
  newAggregateId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { doorOpened, doorShut, toDoor } from '../__testUtils__/doorEvents';
import { doors } from '../__testUtils__/doorViews';
import {
  startNodeProcess,
  type NodeProcess,
} from '../__testUtils__/nodeProcess';
import type { DoorSpoolerTask } from '../__testUtils__/processes/doorSpooler';
import { createTestNode } from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { dumpView } from '../testing/compareWithRebuild';
import { selectGenerations } from '../spoolers/operations/selectSpooler';
import { pause } from '../spoolers/pause';

jest.setTimeout(120_000);

const ROUNDS = Number(process.env.EVENTSTORE_LEADER_ROUNDS ?? 4);

describe('the leader of a view (G7)', () => {
  let test: TestStore;
  let nodes: NodeProcess[];

  beforeEach(async () => {
    test = await startTestStore();
    nodes = [];
    // The tables, made by a node that does not run.
    const node = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
    });
    await node.spoolers.addProjection(doors);
    // Every checkpoint and every change of leader leaves a trace.
    await test.database.knex.raw(`
      create table trace (id bigserial, epoch bigint, node text, position bigint);
      create function trace() returns trigger language plpgsql as $$
        begin
          insert into trace (epoch, node, position) values (new.epoch, new.node, new.position);
          return new;
        end $$;
      create trigger trace after update on eventstore_spoolers
        for each row execute function trace();
    `);
  });

  afterEach(async () => {
    for (const node of nodes) {
      node.child.kill('SIGCONT');
      await node.kill();
    }
    await test?.stop();
  });

  async function start(task: Partial<DoorSpoolerTask> = {}) {
    const process = startNodeProcess('doorSpooler', {
      connectionString: test.database.connectionString,
      leaseMs: 1_500,
      batchSize: 10,
      ...task,
    } satisfies DoorSpoolerTask);
    nodes.push(process);
    const { node } = await process.message('ready');
    return { process, node: node as string };
  }

  async function live() {
    const rows = await selectGenerations(test.database.knex, 'view', 'doors');
    return rows.find(row => row.state === 'live');
  }

  /** Looks until the view is led by a node and has reached a position. */
  async function until(options: {
    node?: string;
    not?: string;
    position?: number;
  }) {
    for (;;) {
      const row = await live();
      if (
        row &&
        row.node !== null &&
        (options.node === undefined || row.node === options.node) &&
        row.node !== options.not &&
        row.position >= (options.position ?? 0)
      ) {
        return row;
      }
      await pause(5);
    }
  }

  async function open(id: AggregateId, note?: string) {
    const { position } = await test.store.log.append(
      toDoor(id, 'any', [doorOpened.of({ hand: 'left', note })]),
    );
    return position;
  }

  const door = async (id: AggregateId) =>
    test.database.knex
      .withSchema('house_doors_v1')
      .from('doors')
      .where({ id })
      .first();

  it('is followed within a lease and a second when it is killed', async () => {
    const leaseMs = 1_500;
    const first = await start({ leaseMs });
    const id = newAggregateId('house.door');
    await until({ node: first.node, position: await open(id) });
    const second = await start({ leaseMs });
    // It has looked, and leaves the lease to whoever has it.
    expect(await live()).toMatchObject({ node: first.node, epoch: 1 });

    const killedAt = performance.now();
    await first.process.kill();
    const { epoch } = await until({ node: second.node });
    const elapsed = performance.now() - killedAt;

    expect(elapsed).toBeLessThan(leaseMs + 1_000);
    expect(epoch).toBe(2);
    await until({ node: second.node, position: await open(id) });
    expect(await door(id)).toMatchObject({ openings: '2' });
  });

  it('is followed at once when it stops by itself', async () => {
    // Far longer than the test may take.
    const leaseMs = 300_000;
    const first = await start({ leaseMs });
    const id = newAggregateId('house.door');
    await until({ node: first.node, position: await open(id) });
    const second = await start({ leaseMs });
    first.process.child.kill('SIGTERM');
    await first.process.ended;
    await until({ node: second.node, position: await open(id) });
    expect(await door(id)).toMatchObject({ openings: '2' });
  });

  it('writes nothing once it is deposed, when it was paused before its write', async () => {
    const first = await start({ stopAtNote: 'stop here' });
    const id = newAggregateId('house.door');
    await until({ node: first.node, position: await open(id) });
    const second = await start();

    // The first stops itself between reading this event and writing it.
    await open(id, 'stop here');
    await until({ node: second.node });
    let position = 0;
    for (let i = 0; i < 3; i++) {
      position = await open(id);
    }
    await until({ node: second.node, position });
    expect(await door(id)).toMatchObject({ openings: '5' });

    first.process.child.kill('SIGCONT');
    await first.process.message('deposed');
    expect(await door(id)).toMatchObject({ openings: '5' });
    expect(await live()).toMatchObject({ node: second.node, position });
    await expectTraceInOrder();
  });

  it(`changes ${ROUNDS} times by kills and pauses, and the view is as if nothing had been`, async () => {
    const ids = Array.from({ length: 5 }, () => newAggregateId('house.door'));
    let writing = true;
    let stored = 0;
    const writer = (async () => {
      while (writing) {
        const id = ids[stored % ids.length]!;
        const event =
          stored % 7 === 3 ? doorShut.of({}) : doorOpened.of({ hand: 'right' });
        await test.store.log.append(toDoor(id, 'any', [event]));
        stored++;
        await pause(1);
      }
    })();
    const task = { leaseMs: 500, batchSize: 3 };
    const processes = new Map<string, NodeProcess>();
    const startOne = async () => {
      const { node, process } = await start(task);
      processes.set(node, process);
    };
    await Promise.all([startOne(), startOne()]);
    let leader = (await until({ position: stored })).node!;
    for (let round = 0; round < ROUNDS; round++) {
      const fallen = processes.get(leader)!;
      // Wherever it is just now.
      if (round % 2 === 0) {
        await fallen.kill();
        processes.delete(leader);
      } else {
        fallen.child.kill('SIGSTOP');
      }
      leader = (await until({ not: leader, position: stored + 1 })).node!;
      if (round % 2 === 0) {
        await startOne();
      } else {
        fallen.child.kill('SIGCONT');
      }
      leader = (await until({ position: stored })).node!;
    }
    writing = false;
    await writer;
    const { position } = await test.store.log.head();
    await until({ position });
    await expectTraceInOrder();

    // Effects that had been lost or doubled would show in the counts.
    const counted = await test.database.knex('house_doors_v1.hands').first();
    const { rows } = await test.database.knex.raw(
      `select count(*) from events where type = 'house.door.opened'`,
    );
    expect(counted.openings).toBe(rows[0].count);
    const row = await live();
    expect(row!.events).toBe(position);
    for (const node of nodes) {
      node.child.kill('SIGCONT');
      await node.kill();
    }
    await expectSameAfterRebuild();
  });

  async function expectTraceInOrder() {
    const { rows } = await test.database.knex.raw(
      `select * from (
        select id, epoch, position, lag(epoch) over w as epoch_before, lag(position) over w as position_before
        from trace window w as (order by id)) t
        where epoch < epoch_before or position < position_before`,
    );
    expect(rows).toEqual([]);
    const leaders = await test.database.knex.raw(
      `select epoch from trace where node is not null group by epoch having count(distinct node) > 1`,
    );
    expect(leaders.rows).toEqual([]);
  }

  async function expectSameAfterRebuild() {
    const node = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
      settings: { leaseMs: 2_000 },
    });
    await node.spoolers.addProjection(doors);
    node.node.start();
    await node.spoolers.start();
    const before = await dumpView(node.spoolers, 'doors');
    const generation = await node.spoolers.admin.rebuild('doors');
    while ((await live())?.generation !== generation) {
      await pause(5);
    }
    expect(await dumpView(node.spoolers, 'doors')).toEqual(before);
    await node.stop();
  }
});
