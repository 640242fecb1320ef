import {
  newAggregateId,
  type AggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import {
  doorOpened,
  doorShut,
  doorSigned,
  toDoor,
} from '../__testUtils__/doorEvents';
import { doors } from '../__testUtils__/doorViews';
import { startNodeProcess } from '../__testUtils__/nodeProcess';
import type { DoorBellTask } from '../__testUtils__/processes/doorBell';
import {
  createTestNode,
  type TestNode,
  type TestNodeOptions,
} from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { compareWithRebuild } from '../testing/compareWithRebuild';
import {
  commitBatch,
  type Checkpoint,
} from '../spoolers/operations/commitBatch';
import { pause } from '../spoolers/pause';
import { defineReactor, type JobAttempt, type Reactor } from './defineReactor';
import { JobTarget } from './JobTarget';
import { hostOf } from '../service/PluginSpoolers';

jest.setTimeout(60_000);

describe('a reactor', () => {
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
    reactor: Reactor,
    options: Partial<TestNodeOptions> = {},
  ) {
    const node = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
      ...options,
    });
    nodes.push(node);
    await node.spoolers.addReactor(reactor);
    node.node.start();
    await node.spoolers.start();
    return node;
  }

  async function stop(node: TestNode) {
    nodes.splice(nodes.indexOf(node), 1);
    await node.stop();
  }

  const append = (id: AggregateId, ...events: Parameters<typeof toDoor>[2]) =>
    test.store.log.append(toDoor(id, 'any', events));

  const opened = (note?: string) => doorOpened.of({ hand: 'left', note });

  /** A reactor that keeps what it was run with. */
  function ringing(
    run: (job: JobAttempt<{ note: string }>) => Promise<void> = async () => {},
    more: { attempts?: number; from?: 'first event' } = {},
  ) {
    const runs: JobAttempt<{ note: string }>[] = [];
    const reactor = defineReactor({
      name: 'bell',
      events: [doorOpened, doorShut],
      on: {
        'house.door.opened': ({ payload: { note = '' } }) =>
          note === 'silently' ? undefined : { note },
        'house.door.shut': () => [{ note: 'ding' }, { note: 'dong' }],
      },
      async run(job) {
        runs.push(job);
        await run(job);
      },
      ...more,
    });
    return { runs, reactor };
  }

  async function until<T>(
    look: () => Promise<T> | T,
  ): Promise<Exclude<T, false | 0 | undefined>> {
    for (;;) {
      const found = await look();
      if (found) {
        return found as Exclude<T, false | 0 | undefined>;
      }
      await pause(5);
    }
  }

  const noJobs = (node: TestNode) =>
    until(async () => {
      const states = await node.spoolers.admin.states();
      const counts = await node.spoolers.reactors.counts();
      return (
        states.every(({ lagEvents }) => lagEvents === 0) &&
        counts.every(({ waiting, running }) => waiting + running === 0)
      );
    });

  it('runs one job for each thing it makes of an event, and knows the event', async () => {
    const { runs, reactor } = ringing();
    const node = await start(reactor);
    const id = newAggregateId('house.door');
    const { events } = await append(
      id,
      opened('hello'),
      opened('silently'),
      doorShut.of({}),
      doorSigned.of({ name: 'Ann', floor: 1 }),
    );
    await until(() => runs.length === 3);
    await noJobs(node);
    expect(runs.map(({ data }) => data.note).sort()).toEqual([
      'ding',
      'dong',
      'hello',
    ]);
    const hello = runs.find(({ data }) => data.note === 'hello')!;
    expect(hello).toMatchObject({
      attempt: 1,
      isLast: false,
      idempotencyKey: `bell/${events[0]!.id}/0`,
      event: {
        id: events[0]!.id,
        position: events[0]!.position,
        aggregateId: id,
        type: 'house.door.opened',
        instance: 'home',
      },
    });
    expect(await hello.readEvent()).toMatchObject({
      payload: { note: 'hello' },
      version: 1,
    });
    expect(new Set(runs.map(job => job.idempotencyKey)).size).toBe(3);
  });

  it('begins with what happens after it is new, or with the first event', async () => {
    const id = newAggregateId('house.door');
    await append(id, opened('before'));
    const late = ringing();
    const node = await start(late.reactor);
    await append(id, opened('after'));
    await until(() => late.runs.length);
    await noJobs(node);
    expect(late.runs.map(({ data }) => data.note)).toEqual(['after']);
    await stop(node);

    const early = ringing(undefined, { from: 'first event' });
    const other = await start({ ...early.reactor, name: 'other_bell' });
    await until(() => early.runs.length === 2);
    await noJobs(other);
    expect(early.runs.map(({ data }) => data.note).sort()).toEqual([
      'after',
      'before',
    ]);
  });

  it('does nothing again when views are rebuilt, or nodes come and go', async () => {
    const { runs, reactor } = ringing();
    const first = await start(reactor);
    const id = newAggregateId('house.door');
    await append(id, opened('one'));
    await until(() => runs.length);
    await noJobs(first);
    await first.spoolers.addProjection(doors);
    await first.spoolers.views.get('doors').ready();
    await compareWithRebuild(first.spoolers, 'doors');
    await stop(first);
    const second = await start(reactor);
    await append(id, opened('two'));
    await until(() => runs.length === 2);
    await noJobs(second);
    expect(runs.map(({ data }) => data.note)).toEqual(['one', 'two']);
  });

  it('tries again, and leaves what fails too often as a dead letter until it is replayed', async () => {
    let broken = true;
    const { runs, reactor } = ringing(
      async ({ data }) => {
        if (broken && data.note !== 'fine') {
          throw new Error(`no ${data.note} today`);
        }
      },
      { attempts: 2 },
    );
    const node = await start(reactor);
    const id = newAggregateId('house.door');
    const { events } = await append(id, opened('bad'), opened('fine'));
    // The pause between the attempts is over at once.
    await until(async () => {
      await test.database.knex.raw(
        `update house_jobs._private_jobs set run_at = now() where locked_at is null`,
      );
      return (await node.spoolers.reactors.deadLetters()).length;
    });
    const bad = runs.filter(({ data }) => data.note === 'bad');
    expect(bad.map(({ attempt, isLast }) => [attempt, isLast])).toEqual([
      [1, false],
      [2, true],
    ]);
    const letters = await node.spoolers.reactors.deadLetters({
      reactor: 'bell',
    });
    expect(letters).toMatchObject([
      {
        reactor: 'bell',
        eventId: events[0]!.id,
        reason: 'no bad today',
        attempts: 2,
      },
    ]);
    expect(await node.spoolers.reactors.counts()).toEqual([
      { reactor: 'bell', waiting: 0, running: 0, retrying: 0, dead: 1 },
    ]);

    broken = false;
    const ids = letters.map(letter => letter.id);
    expect(await node.spoolers.reactors.replay(ids)).toBe(1);
    await noJobs(node);
    expect(await node.spoolers.reactors.deadLetters()).toEqual([]);
    expect(runs.at(-1)).toMatchObject({
      attempt: 1,
      idempotencyKey: bad[0]!.idempotencyKey,
    });
    expect(await node.spoolers.reactors.replay(ids)).toBe(0);
  });

  it('lets dead letters be discarded', async () => {
    const { reactor } = ringing(
      async () => {
        throw new Error('never');
      },
      { attempts: 1 },
    );
    const node = await start(reactor);
    await append(newAggregateId('house.door'), opened('bad'));
    const [letter] = await until(async () => {
      const letters = await node.spoolers.reactors.deadLetters();
      return letters.length > 0 && letters;
    });
    expect(await node.spoolers.reactors.discard([letter!.id])).toBe(1);
    expect(await node.spoolers.reactors.counts()).toEqual([]);
  });

  it('quarantines an event of which it can make nothing, and replays it', async () => {
    let broken = true;
    const runs: unknown[] = [];
    const reactor = defineReactor({
      name: 'bell',
      events: [doorOpened],
      on: {
        'house.door.opened': event => {
          if (broken && event.payload.note === 'bad') {
            throw new Error('what is that?');
          }
          return { note: event.payload.note ?? '' };
        },
      },
      async run({ data }) {
        runs.push(data.note);
      },
    });
    const node = await start(reactor);
    const [sick, well] = [
      newAggregateId('house.door'),
      newAggregateId('house.door'),
    ];
    await append(sick, opened('bad'), opened('later'));
    await append(well, opened('well'));
    await until(() => runs.length === 1);
    await noJobs(node);
    expect(runs).toEqual(['well']);
    expect(
      await node.spoolers.admin.quarantined('bell', { kind: 'reactor' }),
    ).toMatchObject([{ aggregateId: sick, waiting: 2 }]);
    broken = false;
    expect(
      await node.spoolers.admin.replay('bell', { kind: 'reactor' }),
    ).toMatchObject({ healed: 1 });
    await until(() => runs.length === 3);
    expect(runs.slice(1).sort()).toEqual(['bad', 'later']);
  });

  it('keeps the order of events where that is asked for', async () => {
    const ran: string[] = [];
    const reactor = defineReactor({
      name: 'bell',
      events: [doorOpened],
      on: {
        'house.door.opened': event => ({ note: event.payload.note ?? '' }),
      },
      inOrderOf: event => event.aggregateId,
      async run({ data }) {
        await pause(3);
        ran.push(data.note);
      },
    });
    const node = await start(reactor);
    const notes = Array.from({ length: 12 }, (_, i) => `note ${i}`);
    await append(newAggregateId('house.door'), ...notes.map(opened));
    await until(() => ran.length === notes.length);
    await noJobs(node);
    expect(ran).toEqual(notes);
  });

  it('runs on nodes that have the role only', async () => {
    const idle = ringing();
    const idleNode = await start(idle.reactor, { roles: { reactors: false } });
    const { position } = await append(
      newAggregateId('house.door'),
      opened('x'),
    );
    await hostOf(idleNode.spoolers).tick();
    expect([...hostOf(idleNode.spoolers).spoolers]).toEqual([]);
    const busy = ringing();
    const node = await start(busy.reactor);
    await until(() => busy.runs.length);
    await noJobs(node);
    expect(idle.runs).toEqual([]);
    expect(busy.runs[0]!.event.position).toBe(position);
  });

  it('finishes the job under way when the node stops', async () => {
    let finish = () => {};
    let ended = false;
    const { runs, reactor } = ringing(
      () =>
        new Promise(resolve => {
          finish = () => {
            ended = true;
            resolve();
          };
        }),
    );
    const node = await start(reactor);
    await append(newAggregateId('house.door'), opened('long'));
    await until(() => runs.length);
    const stopped = stop(node);
    expect(runs[0]!.signal.aborted).toBe(false);
    finish();
    await stopped;
    expect(ended).toBe(true);
    const left = await test.database.knex('house_jobs._private_jobs');
    expect(left).toEqual([]);
  });

  it('does not keep a node from stopping when its job goes on for ever', async () => {
    const { runs, reactor } = ringing(() => new Promise(() => {}));
    const node = await start(reactor, { jobs: { stopMs: 20 } });
    await append(newAggregateId('house.door'), opened('long'));
    await until(() => runs.length);
    await stop(node);
    expect(runs[0]!.signal.aborted).toBe(true);
    // It is there for the next node.
    const left = await test.database.knex('house_jobs.jobs');
    expect(left).toMatchObject([
      {
        locked_by: null,
        last_error: 'The process stopped before the job ended',
      },
    ]);
  });

  it('has its jobs finished by others when a node is killed', async () => {
    const dying = startNodeProcess('doorBell', {
      connectionString: test.database.connectionString,
      leaseMs: 500,
    } satisfies DoorBellTask);
    await dying.message('ready');
    await append(newAggregateId('house.door'), opened('urgent'));
    const { idempotencyKey } = await dying.message('running');
    await dying.kill();

    const { runs, reactor } = ringing();
    const node = await start(reactor, { settings: { leaseMs: 500 } });
    await until(() => runs.length);
    await noJobs(node);
    expect(runs).toMatchObject([
      { data: { note: 'urgent' }, attempt: 2, idempotencyKey },
    ]);
  });

  it('makes no jobs once it is deposed', async () => {
    const { reactor } = ringing();
    const node = await start(reactor, { roles: { reactors: false } });
    await append(newAggregateId('house.door'), opened('late'));
    const { events } = await test.store.log.readBatch({ after: 0 as Position });
    const target = new JobTarget(reactor, 'house_jobs');
    target.apply(events[0]!);
    const checkpoint: Checkpoint = {
      spoolerId: 1,
      epoch: 0,
      position: 1 as Position,
      last: undefined,
      rate: 0,
      events: 1,
      quarantined: 0,
      leaseMs: 1_000,
    };
    await expect(
      commitBatch(
        test.database.knex,
        { ...checkpoint, epoch: 7 },
        target.parts(),
      ),
    ).rejects.toThrow('is led by another node now');
    expect(await node.spoolers.reactors.counts()).toEqual([]);
    // The same as the leader makes them.
    await commitBatch(test.database.knex, checkpoint, target.parts());
    expect(await node.spoolers.reactors.counts()).toMatchObject([
      { reactor: 'bell', waiting: 1 },
    ]);
  });

  it('has a name that no other has', async () => {
    const { reactor } = ringing();
    const node = await start(reactor);
    await expect(node.spoolers.addReactor(reactor)).rejects.toMatchObject({
      code: 'eventstore.bad_argument',
      field: 'name',
    });
  });
});
