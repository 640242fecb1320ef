import {
  newAggregateId,
  newEventId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import {
  doorNumber,
  doorOpened,
  doorShut,
  home,
  toDoor,
} from '../__testUtils__/doorEvents';
import { reasonsOf, valuesOf } from '../__testUtils__/settled';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import type { AppendRequest, EventLog } from './EventLog';

jest.setTimeout(60_000);

const newDoor = () => newAggregateId('house.door');
const opened = () => doorOpened.of({ hand: 'left' });
const code = (expected: string, more: object = {}) =>
  expect.objectContaining({ code: `eventstore.${expected}`, ...more });

describe('append', () => {
  let test: TestStore;
  let log: EventLog;

  beforeAll(async () => {
    test = await startTestStore();
    log = test.store.log;
  });

  afterAll(async () => {
    await test?.stop();
  });

  const eventsOf = (id: AggregateId) => log.readAggregate(id);

  it('stores events with all their envelope and gives them back', async () => {
    const id = newDoor();
    const context = {
      plugin: 'house',
      ip: '2001:db8::1',
      userAgent: 'Mozilla/5.0',
      correlationId: 'request-1',
      causationId: newEventId(),
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    };
    const before = Date.now();
    const result = await log.append(
      toDoor(id, 0, [opened(), doorShut.of({})], {
        context,
        actor: { kind: 'outside', provider: 'github', id: 'octocat' },
      }),
    );
    const events = await eventsOf(id);
    expect(events).toEqual([
      {
        position: result.position - 1,
        id: result.events[0]!.id,
        instance: home,
        aggregateType: 'house.door',
        aggregateId: id,
        version: 1,
        type: 'house.door.opened',
        revision: 2,
        payload: { hand: 'left' },
        actor: { kind: 'outside', provider: 'github', id: 'octocat' },
        context,
        recordedAt: result.recordedAt,
      },
      expect.objectContaining({
        position: result.position,
        version: 2,
        payload: { slammed: false },
      }),
    ]);
    expect(Date.parse(result.recordedAt)).toBeGreaterThanOrEqual(before - 1000);
    expect(await log.head()).toEqual({
      position: result.position,
      recordedAt: result.recordedAt,
    });
    expect(await log.versionOf(id)).toBe(2);
    expect(await log.positionOf(id)).toBe(result.position);
    expect(await log.versionOf(newDoor())).toBe(0);
    expect(await log.positionOf(newDoor())).toBe(0);
  });

  it('keeps the payload byte for byte', async () => {
    const id = newDoor();
    const note = 'a "b" \\ \n \u2028 😀 \u0000 \ud800 {}';
    await log.append(toDoor(id, 0, [doorOpened.of({ hand: 'left', note })]));
    const { rows } = await test.database.knex.raw(
      'select payload::text as text from events where aggregate_id = ?',
      [id],
    );
    expect(rows[0].text).toBe(JSON.stringify({ hand: 'left', note }));
    expect((await eventsOf(id))[0]!.payload).toEqual({ hand: 'left', note });
  });

  it('refuses an append that was decided on another version', async () => {
    const id = newDoor();
    await log.append(toDoor(id, 0, [opened()]));
    for (const expected of [0, 2, 7]) {
      await expect(
        log.append(toDoor(id, expected, [opened()])),
      ).rejects.toThrow(
        code('wrong_version', {
          aggregateId: id,
          expected,
          actual: 1,
          status: 409,
          retryable: false,
        }),
      );
    }
    await log.append(toDoor(id, 1, [opened()]));
    await log.append(toDoor(id, 'any', [opened()]));
    expect((await eventsOf(id)).map(({ version }) => version)).toEqual([
      1, 2, 3,
    ]);
  });

  it('leaves no hole in the positions when some of a batch are refused', async () => {
    const before = (await log.head()).position;
    const [a, b, c] = [newDoor(), newDoor(), newDoor()];
    await log.append(toDoor(b, 0, [opened()]));
    const [first, second, third] = await Promise.allSettled([
      log.append(toDoor(a, 0, [opened(), opened()])),
      log.append(toDoor(b, 0, [opened(), opened(), opened()])),
      log.append(toDoor(c, 0, [opened()])),
    ]);
    expect([first!.status, second!.status, third!.status]).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect((await eventsOf(a)).map(({ position }) => position)).toEqual([
      before + 2,
      before + 3,
    ]);
    expect(await log.positionOf(c)).toBe(before + 4);
    expect((await log.head()).position).toBe(before + 4);
  });

  it('numbers appends at any version one after the other within a batch', async () => {
    const id = newDoor();
    const other = newDoor();
    await log.append(toDoor(id, 0, [opened()]));
    const results = await Promise.all([
      log.append(toDoor(id, 'any', [opened(), opened()])),
      log.append({
        ...toDoor(other, 0, [opened()]),
        aggregates: [
          { id: other, expected: 0 as never, events: [opened()] },
          { id, expected: 'any', events: [opened()] },
        ],
      }),
      log.append(toDoor(id, 'any', [opened()])),
    ]);
    expect(
      results.map(({ events }) => events.map(({ version }) => version)),
    ).toEqual([[2, 3], [1, 4], [5]]);
    expect((await eventsOf(id)).map(({ version }) => version)).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  it('stores an append of several aggregates as a whole or not at all (G3)', async () => {
    const [a, b] = [newDoor(), newDoor()];
    await log.append(toDoor(b, 0, [opened()]));
    const both = (expectedOfB: number): AppendRequest => ({
      ...toDoor(a, 0, []),
      aggregates: [
        { id: a, expected: 0 as never, events: [opened()] },
        { id: b, expected: expectedOfB as never, events: [opened()] },
      ],
      claims: [doorNumber.claim(`both-${a}`)],
    });
    await expect(log.append(both(0))).rejects.toThrow(
      code('wrong_version', { aggregateId: b }),
    );
    expect(await log.versionOf(a)).toBe(0);
    const { events } = await log.append(both(1));
    expect(events).toMatchObject([
      { aggregateId: a, version: 1 },
      { aggregateId: b, version: 2 },
    ]);
    expect(events[1]!.position).toBe(events[0]!.position + 1);
  });

  it('guards: refuses when an aggregate that was only read has moved on', async () => {
    const [a, guard] = [newDoor(), newDoor()];
    const request = (expected: number): AppendRequest => ({
      ...toDoor(a, 0, []),
      aggregates: [
        { id: guard, expected: expected as never, events: [] },
        { id: a, expected: 0 as never, events: [opened()] },
      ],
    });
    await log.append(toDoor(guard, 0, [opened()]));
    await expect(log.append(request(0))).rejects.toThrow(
      code('wrong_version', { aggregateId: guard, actual: 1 }),
    );
    await log.append(request(1));
    expect(await log.versionOf(guard)).toBe(1);
  });

  it('lets one of two instances have a new aggregate', async () => {
    const id = newDoor();
    const settled = await Promise.allSettled(
      ['home', 'work', 'home'].map(instance =>
        log.append(
          toDoor(id, 'any', [opened()], { instance: instance as never }),
        ),
      ),
    );
    expect(valuesOf(settled)).toHaveLength(2);
    expect(reasonsOf(settled)).toEqual([code('wrong_instance')]);
    const instances = (await eventsOf(id)).map(({ instance }) => instance);
    expect(instances).toEqual(['home', 'home']);
  });

  it('does not let an aggregate into another instance', async () => {
    const id = newDoor();
    await log.append(toDoor(id, 0, [opened()]));
    for (const expected of [0, 1, 'any'] as const) {
      const error = await log
        .append(
          toDoor(id, expected, [opened()], { instance: 'other' as never }),
        )
        .catch(caught => caught);
      expect(error).toMatchObject({
        code: 'eventstore.wrong_instance',
        status: 404,
      });
      expect(JSON.stringify(error)).not.toContain(home);
    }
    expect(await log.versionOf(id)).toBe(1);
  });

  it('fails only the one at fault when the database refuses a batch', async () => {
    const taken = newEventId();
    await log.append(
      toDoor(newDoor(), 0, [doorOpened.of({ hand: 'left' }, taken)]),
    );
    const [before, good, poison, fine] = [
      (await log.head()).position,
      newDoor(),
      newDoor(),
      newDoor(),
    ];
    const results = await Promise.allSettled([
      log.append(toDoor(good, 0, [opened()])),
      log.append(toDoor(poison, 0, [doorOpened.of({ hand: 'left' }, taken)])),
      log.append(toDoor(fine, 0, [opened()])),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect((await log.head()).position).toBe(before + 2);
  });

  it('tells listeners in this process and, by NOTIFY, other processes', async () => {
    const other = test.database.connect();
    const connection = await other.client.acquireConnection();
    await connection.query('listen eventstore_appended');
    let expected = Infinity;
    let latest = 0;
    let heard = () => {};
    connection.on('notification', (message: { payload: string }) => {
      latest = Number(message.payload);
      if (latest >= expected) {
        heard();
      }
    });
    const told: number[] = [];
    const end = log.subscribe(({ position }) => told.push(position));
    const failing = log.subscribe(() => {
      throw new Error('a listener at fault');
    });
    const { position } = await log.append(toDoor(newDoor(), 0, [opened()]));
    expect(told).toEqual([position]);
    expected = position;
    await new Promise<void>(resolve => {
      heard = resolve;
      if (latest >= expected) {
        resolve();
      }
    });
    end();
    failing();
    await log.append(toDoor(newDoor(), 0, [opened()]));
    expect(told).toHaveLength(1);
    other.client.releaseConnection(connection);
  });

  it('writes what waits before it stops, and takes nothing after', async () => {
    const node = await test.another();
    const ids = Array.from({ length: 20 }, newDoor);
    const appends = ids.map(id => node.log.append(toDoor(id, 0, [opened()])));
    // Prepared and queued, not yet answered.
    await Promise.resolve();
    const results = Promise.all(appends);
    await new Promise(resolve => setImmediate(resolve));
    await node.stop();
    await results;
    await expect(
      node.log.append(toDoor(newDoor(), 0, [opened()])),
    ).rejects.toThrow(code('shutting_down', { retryable: true }));
  });

  it('says busy at once when too much waits, and stores none of it', async () => {
    const node = await test.another({ settings: { maxQueuedAppends: 5 } });
    const ids = Array.from({ length: 20 }, newDoor);
    const results = await Promise.allSettled(
      ids.map(id => node.log.append(toDoor(id, 0, [opened()]))),
    );
    expect(valuesOf(results)).toHaveLength(5);
    for (const reason of reasonsOf(results)) {
      expect(reason).toMatchObject({ code: 'eventstore.busy' });
    }
    const versions = await Promise.all(ids.map(id => log.versionOf(id)));
    expect(versions).toEqual(
      results.map(({ status }) => (status === 'fulfilled' ? 1 : 0)),
    );
  });
});
