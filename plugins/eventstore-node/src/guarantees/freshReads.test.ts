// G8: whoever wrote sees it on the next read, on whichever node. G9: with all
// wake-ups dropped, views still converge.
import {
  newAggregateId,
  type AggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { doorOpened, doorShut, toDoor } from '../__testUtils__/doorEvents';
import { doors, JAMMED } from '../__testUtils__/doorViews';
import { startTestNode, type TestNode } from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { APPENDED_CHANNEL, type EventLog } from '../log/EventLog';
import type { EventStore } from '../service/EventStore';
import { selectGenerations } from '../spoolers/operations/selectSpooler';
import { pause } from '../spoolers/pause';
import type { View } from '../spoolers/View';
import { hostOf } from '../service/PluginSpoolers';

jest.setTimeout(60_000);

const WRITES = Number(process.env.EVENTSTORE_FRESH_WRITES ?? 60);

/** A log that tells nobody in its process when it has grown. */
function silent(log: EventLog): EventLog {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'subscribe') {
        return () => () => {};
      }
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A pool whose NOTIFYs of what was appended get lost. */
function withoutNotices(knex: Knex): Knex {
  const raw = (sql: string, values: readonly string[] = []) =>
    knex.raw(
      sql,
      values[0] === APPENDED_CHANNEL
        ? ['nobody_listens', ...values.slice(1)]
        : values,
    );
  return new Proxy(knex, {
    get: (target, name) => (name === 'raw' ? raw : Reflect.get(target, name)),
  });
}

describe('fresh reads', () => {
  let test: TestStore;
  let nodes: TestNode[];

  beforeEach(async () => {
    test = await startTestStore();
    nodes = [];
  });

  afterEach(async () => {
    for (const node of nodes) {
      await node.stop();
    }
    await test?.stop();
  });

  async function start(
    store: EventStore,
    options: { deaf?: boolean; leaseMs?: number; pollMs?: number } = {},
  ) {
    const node = await startTestNode(
      {
        knex: test.database.knex,
        log: options.deaf ? silent(store.log) : store.log,
        listens: !options.deaf,
        settings: {
          leaseMs: options.leaseMs ?? 60_000,
          // So long that what works does not work because of it.
          pollMs: options.pollMs ?? 300_000,
        },
      },
      doors,
    );
    nodes.push(node);
    const view = node.spoolers.views.get('doors') as View<
      (typeof doors)['tables']
    >;
    await view.ready();
    return { node, store, view };
  }

  const isOpen = async (
    view: View<(typeof doors)['tables']>,
    id: AggregateId,
  ) => {
    const row = await test.database.knex
      .from(view.at().table('doors'))
      .where({ id })
      .first();
    return row?.open;
  };

  it('show what any node has written, on each node (G8)', async () => {
    const leading = await start(test.store);
    const following = await start(await test.another());
    const both = [leading, following];
    const id = newAggregateId('house.door');
    for (let i = 0; i < WRITES; i++) {
      const writer = both[i % 2]!;
      const reader = both[(i >> 1) % 2]!;
      const shut = i % 3 === 2;
      const { position } = await writer.store.log.append(
        toDoor(id, 'any', [
          shut ? doorShut.of({}) : doorOpened.of({ hand: 'left' }),
        ]),
      );
      const fresh =
        i % 2 === 0
          ? reader.view.open({ after: position })
          : reader.view.catchUp(id);
      await expect(fresh).resolves.toMatchObject(
        i % 2 === 0 ? {} : { position, quarantined: false },
      );
      expect(await isOpen(reader.view, id)).toBe(!shut);
    }
  });

  // eslint-disable-next-line jest/expect-expect -- what it calls asserts, or fails by never ending
  it('do not wait for events that do not concern the view', async () => {
    const leading = await start(test.store);
    const following = await start(await test.another());
    // Nothing is written for them, so the checkpoint stays behind.
    await test.store.eraseSubject('someone', {
      instance: 'home' as never,
      actor: { kind: 'system', id: 'test' },
      context: { plugin: 'house' },
    });
    const { position } = await test.store.log.head();
    await leading.view.waitFor(position);
    await following.view.waitFor(position);
  });

  it('are given when the wake-up for another node was lost', async () => {
    const leading = await start(test.store, { deaf: true, pollMs: 200 });
    const following = await start(await test.another());
    const id = newAggregateId('house.door');
    const { position } = await following.store.log.append(
      toDoor(id, 0, [doorOpened.of({ hand: 'left' })]),
    );
    await following.view.waitFor(position, { timeoutMs: 20_000 });
    expect(await isOpen(following.view, id)).toBe(true);
    expect(hostOf(leading.node.spoolers).leading(1)).toBeDefined();
  });

  it('call the leader when it has not heard of what was written', async () => {
    // Each poll is minutes away, so only being called can tell it.
    const leading = await start(test.store);
    const following = await start(await test.another());
    const writer = await test.another({
      knex: withoutNotices(test.database.connect()),
    });
    const { position } = await writer.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );
    await following.view.waitFor(position, { timeoutMs: 20_000 });
    expect(hostOf(leading.node.spoolers).leading(1)?.position).toBe(position);
  });

  it('end with an error that says when to ask again, when nobody leads', async () => {
    const reading = await startTestNode(
      {
        knex: test.database.knex,
        log: test.store.log,
        roles: { spoolers: false },
      },
      doors,
    );
    nodes.push(reading);
    const view = reading.spoolers.views.get('doors');
    expect(() => view.at()).toThrow(
      expect.objectContaining({
        code: 'eventstore.view_not_ready',
        status: 503,
        retryAfter: 1,
      }),
    );
    const leading = await start(test.store);
    await view.ready();
    await leading.node.stop();
    nodes.splice(nodes.indexOf(leading.node), 1);
    const { position } = await test.store.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );
    await expect(
      view.waitFor(position, { timeoutMs: 50 }),
    ).rejects.toMatchObject({
      code: 'eventstore.view_behind',
      status: 503,
      retryable: true,
      retryAfter: 1,
      wanted: position,
      view: 'doors',
    });
  });

  it('tell that an aggregate is in quarantine', async () => {
    const leading = await start(test.store);
    const following = await start(await test.another());
    const id = newAggregateId('house.door');
    await test.store.log.append(
      toDoor(id, 0, [
        doorOpened.of({ hand: 'left' }),
        doorOpened.of({ hand: 'left', note: JAMMED }),
      ]),
    );
    for (const { view } of [leading, following]) {
      expect(await view.catchUp(id)).toEqual({
        position: 2,
        quarantined: true,
      });
    }
  });

  it('can be given up', async () => {
    const { view } = await start(test.store);
    const reason = new Error('the caller has gone');
    await expect(
      view.waitFor(0 as Position, { signal: AbortSignal.abort(reason) }),
    ).resolves.toBeUndefined();
    await test.store.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );
    await expect(
      view.waitFor(1 as Position, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  it.each([
    ['a position beyond the log', { after: 99 }, 'position'],
    ['a position below zero', { after: -1 }, 'after'],
    ['a position that is none', { after: '1' }, 'after'],
    ['a moment that is none', { asOf: new Date('never') }, 'asOf'],
    ['a moment below zero', { asOf: -1 }, 'asOf'],
    ['an aggregate that is none', { fresh: 'door' }, 'aggregateId'],
  ])('refuse %s', async (_what, options, field) => {
    const { view } = await start(test.store);
    await expect(view.open(options as never)).rejects.toMatchObject({
      code: 'eventstore.bad_argument',
      status: 400,
      field,
    });
  });

  it('refuse tables that are not there, and a past that was not kept', async () => {
    const { view, node } = await start(test.store);
    const open = await view.open({ asOf: 0 as Position });
    expect(() => open.table('hands')).toThrow(
      expect.objectContaining({ code: 'eventstore.no_history' }),
    );
    expect(() => open.table('windows' as never)).toThrow(
      expect.objectContaining({ code: 'eventstore.unknown_view' }),
    );
    expect(() => node.spoolers.views.get('windows')).toThrow(
      expect.objectContaining({ code: 'eventstore.unknown_view', status: 404 }),
    );
  });

  // eslint-disable-next-line jest/expect-expect -- what it calls asserts, or fails by never ending
  it('are not needed for a view to converge when all wake-ups are lost (G9)', async () => {
    await start(test.store, { deaf: true, pollMs: 20 });
    const other = await test.another();
    const id = newAggregateId('house.door');
    let position = 0;
    for (let i = 0; i < 5; i++) {
      const stored = await other.log.append(
        toDoor(id, i, [doorOpened.of({ hand: 'left' })]),
      );
      position = stored.position;
    }
    // Only looking: a read that waits would wake the spooler up.
    for (;;) {
      const [row] = await selectGenerations(
        test.database.knex,
        'view',
        'doors',
      );
      if (row!.position >= position) {
        break;
      }
      await pause(5);
    }
  });
});
