import {
  aggregateId,
  defineEvent,
  newAggregateId,
  newEventId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import {
  doorNumber,
  doorOpened,
  doorShut,
  fromTests,
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

  describe('claims', () => {
    const claimsOf = (owner: AggregateId) =>
      test.database
        .knex('claims')
        .where({ owner })
        .orderBy('value')
        .pluck('value');

    it('are taken, given up and moved together with the events', async () => {
      const [a, b] = [newDoor(), newDoor()];
      const one = `one-${a}`;
      await log.append(
        toDoor(a, 0, [opened()], { claims: [doorNumber.claim(one)] }),
      );
      await expect(
        log.append(
          toDoor(b, 0, [opened()], {
            claims: [doorNumber.claim(`  ${one.toUpperCase()} `)],
          }),
        ),
      ).rejects.toThrow(
        code('claim_taken', {
          claimKind: 'house.door.number',
          value: one,
          owner: a,
          status: 409,
        }),
      );
      expect(await log.versionOf(b)).toBe(0);

      await log.append(
        toDoor(b, 0, [opened()], { claims: [doorNumber.move(one, a)] }),
      );
      expect(await claimsOf(a)).toEqual([]);
      expect(await claimsOf(b)).toEqual([one]);
      await expect(
        log.append(
          toDoor(a, 1, [opened()], { claims: [doorNumber.release(one)] }),
        ),
      ).rejects.toThrow(code('claim_not_held', { owner: b }));
      await expect(
        log.append(
          toDoor(a, 1, [opened()], { claims: [doorNumber.move(one, a)] }),
        ),
      ).rejects.toThrow(code('claim_not_held', { owner: b }));

      await log.append(
        toDoor(b, 1, [opened()], {
          claims: [doorNumber.release(one), doorNumber.claim(`two-${a}`)],
        }),
      );
      expect(await claimsOf(b)).toEqual([`two-${a}`]);
      await log.append(
        toDoor(a, 1, [opened()], { claims: [doorNumber.claim(one)] }),
      );
      expect(await claimsOf(a)).toEqual([one]);
    });

    it('are told of with the position of the append that gave them', async () => {
      const id = newDoor();
      const other = newDoor();
      const [{ position }] = await Promise.all([
        log.append(
          toDoor(id, 0, [opened(), opened()], {
            claims: [doorNumber.claim(`at-${id}`)],
          }),
        ),
        log.append(toDoor(other, 0, [opened()])),
      ]);
      const row = await test.database
        .knex('claims')
        .where({ owner: id })
        .first();
      expect(Number(row.position)).toBe(position);
    });

    it('have one winner when many want the same at once', async () => {
      const value = `wanted-${newDoor()}`;
      const other = await test.another();
      const results = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 ? log : other.log).append(
            toDoor(newDoor(), 0, [opened()], {
              claims: [doorNumber.claim(value)],
            }),
          ),
        ),
      );
      const won = valuesOf(results);
      expect(won).toHaveLength(1);
      for (const reason of reasonsOf(results)) {
        expect(reason).toMatchObject({
          code: 'eventstore.claim_taken',
          owner: won[0]!.events[0]!.aggregateId,
        });
      }
    });

    it('are unique in their instance, or everywhere', async () => {
      const value = `scope-${newDoor()}`;
      const elsewhere = { instance: 'elsewhere' as never };
      await log.append(
        toDoor(newDoor(), 0, [opened()], { claims: [doorNumber.claim(value)] }),
      );
      await log.append(
        toDoor(newDoor(), 0, [opened()], {
          ...elsewhere,
          claims: [doorNumber.claim(value)],
        }),
      );
      const global = { ...doorNumber.claim(value), scope: 'global' as const };
      await log.append(toDoor(newDoor(), 0, [opened()], { claims: [global] }));
      await expect(
        log.append(
          toDoor(newDoor(), 0, [opened()], { ...elsewhere, claims: [global] }),
        ),
      ).rejects.toThrow(code('claim_taken'));
    });
  });

  describe('the same event ids again (G4)', () => {
    it('is success, with the first answer, whatever happened since', async () => {
      const id = newDoor();
      const request = toDoor(
        id,
        0,
        [
          doorOpened.of({ hand: 'left' }, newEventId()),
          doorShut.of({}, newEventId()),
        ],
        { claims: [doorNumber.claim(`again-${id}`)] },
      );
      const first = await log.append(request);
      await log.append(toDoor(id, 2, [opened()]));
      await expect(log.append(request)).resolves.toEqual({
        ...first,
        duplicate: true,
      });
      // At the same time and from another node.
      const other = await test.another();
      const again = await Promise.all(
        [log, other.log, log, other.log].map(node => node.append(request)),
      );
      again.forEach(answer =>
        expect(answer).toEqual({ ...first, duplicate: true }),
      );
      expect(await log.versionOf(id)).toBe(3);
    });

    it('is success at any version as well', async () => {
      const id = newDoor();
      const request = toDoor(id, 'any', [
        doorOpened.of({ hand: 'left' }, newEventId()),
      ]);
      const answers = await Promise.all([
        log.append(request),
        log.append(request),
        log.append(toDoor(id, 'any', [opened()])),
      ]);
      expect(answers[1]).toEqual({ ...answers[0], duplicate: true });
      expect(await log.versionOf(id)).toBe(2);
    });

    it('is refused when it is not the same append', async () => {
      const id = newDoor();
      const [one, two] = [newEventId(), newEventId()];
      await log.append(toDoor(id, 0, [doorOpened.of({ hand: 'left' }, one)]));
      const taken = code('event_id_taken', { eventId: one, status: 409 });
      const other = newDoor();
      const cases = [
        toDoor(other, 0, [doorOpened.of({ hand: 'left' }, one)]),
        toDoor(other, 'any', [doorOpened.of({ hand: 'left' }, one)]),
        toDoor(id, 0, [doorShut.of({}, one)]),
        toDoor(id, 1, [doorShut.of({}, two), doorShut.of({}, one)]),
        toDoor(id, 0, [
          doorOpened.of({ hand: 'left' }, one),
          doorShut.of({}, two),
        ]),
      ];
      for (const request of cases) {
        await expect(log.append(request)).rejects.toThrow(taken);
      }
      expect(await log.versionOf(id)).toBe(1);
      expect(await log.versionOf(other)).toBe(0);
    });
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

  it('says that the store cannot be reached, and goes on when it can', async () => {
    const node = await test.another({ settings: { unreachableAfterMs: 150 } });
    const id = newDoor();
    const request = toDoor(id, 0, [
      doorOpened.of({ hand: 'left' }, newEventId()),
    ]);
    const unreachable = code('store_unreachable', {
      status: 503,
      retryable: true,
    });
    await test.database.whileUnreachable(async () => {
      await expect(node.log.append(request)).rejects.toThrow(unreachable);
      await expect(node.log.head()).rejects.toThrow(unreachable);
      await expect(node.log.readAggregate(id)).rejects.toThrow(unreachable);
    });
    await expect(node.log.append(request)).resolves.toMatchObject({
      duplicate: false,
    });
  });

  it('waits out a short outage without its callers noticing', async () => {
    const node = await test.another();
    let append: Promise<unknown> | undefined;
    await test.database.whileUnreachable(async () => {
      append = node.log.append(toDoor(newDoor(), 0, [opened()]));
      await expect(node.log.head()).rejects.toThrow(code('store_unreachable'));
    });
    await expect(append).resolves.toMatchObject({ duplicate: false });
  });

  it.each([
    ['after it was stored', true],
    ['before it was stored', false],
  ])(
    'settles by itself what a connection lost %s left unknown',
    async (_name, committed) => {
      const knex = test.database.connect();
      const node = await test.another({ knex });
      const acquire = knex.client.acquireConnection.bind(knex.client);
      const release = knex.client.releaseConnection.bind(knex.client);
      const pooled = new WeakMap();
      let lost = 0;
      knex.client.acquireConnection = async () => {
        const connection = await acquire();
        const proxy = new Proxy(connection, {
          get(target, property) {
            if (property !== 'query' || lost > 0) {
              const value = Reflect.get(target, property);
              return typeof value === 'function' ? value.bind(target) : value;
            }
            return async (...args: unknown[]) => {
              lost += 1;
              if (committed) {
                await target.query(...args);
              }
              throw Object.assign(new Error('read ECONNRESET'), {
                code: 'ECONNRESET',
              });
            };
          },
        });
        pooled.set(proxy, connection);
        return proxy;
      };
      knex.client.releaseConnection = (connection: object) =>
        release(pooled.get(connection) ?? connection);
      const [one, two] = [newDoor(), newDoor()];
      const before = (await log.head()).position;
      const answers = await Promise.all([
        node.log.append(toDoor(one, 0, [opened(), opened()])),
        node.log.append(toDoor(two, 'any', [opened()])),
      ]);
      expect(lost).toBe(1);
      expect(answers.map(({ duplicate }) => duplicate)).toEqual([
        committed,
        committed,
      ]);
      expect(await log.versionOf(one)).toBe(2);
      expect(await log.versionOf(two)).toBe(1);
      expect((await log.head()).position).toBe(before + 3);
      expect(answers[0]!.events.map(({ position }) => position)).toEqual(
        (await eventsOf(one)).map(({ position }) => position),
      );
    },
  );

  it('does without prepared statements behind a pooler that forgets them', async () => {
    const knex = test.database.connect({ max: 1 });
    const node = await test.another({ knex });
    await node.log.append(toDoor(newDoor(), 0, [opened()]));
    const forget = () => knex.raw('deallocate all');
    await forget();
    await expect(
      node.log.append(toDoor(newDoor(), 0, [opened()])),
    ).resolves.toMatchObject({ duplicate: false });
    await forget();
    await expect(
      node.log.append(toDoor(newDoor(), 0, [opened()])),
    ).resolves.toMatchObject({ duplicate: false });
  });

  describe('bad input', () => {
    const id = aggregateId('house.door/01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e');
    const good = toDoor(id, 0, [opened()]);
    const part = good.aggregates[0]!;
    const withEvents = (events: unknown) => ({
      ...good,
      aggregates: [{ ...part, events }],
    });
    const huge = 'x'.repeat(1024 * 1024);
    const cases: [string, unknown, string, string | undefined][] = [
      ['nothing', undefined, 'bad_argument', 'append'],
      ['a list', [], 'bad_argument', 'append'],
      [
        'no instance',
        { ...good, instance: undefined },
        'bad_argument',
        'instance',
      ],
      [
        'a misspelt instance',
        { ...good, instance: 'A b' },
        'bad_argument',
        'instance',
      ],
      ['no actor', { ...good, actor: undefined }, 'bad_argument', 'actor'],
      [
        'an unknown kind of actor',
        { ...good, actor: { kind: 'god', id: 'x' } },
        'bad_argument',
        'actor.kind',
      ],
      [
        'an actor without id',
        { ...good, actor: { kind: 'user', id: '' } },
        'bad_argument',
        'actor.id',
      ],
      [
        'an actor with a control character',
        { ...good, actor: { kind: 'user', id: 'a\u0000b' } },
        'bad_argument',
        'actor.id',
      ],
      [
        'an actor with half a character',
        { ...good, actor: { kind: 'user', id: '\ud800' } },
        'bad_argument',
        'actor.id',
      ],
      [
        'an endless actor',
        { ...good, actor: { kind: 'user', id: 'a'.repeat(257) } },
        'bad_argument',
        'actor.id',
      ],
      [
        'no context',
        { ...good, context: undefined },
        'bad_argument',
        'context',
      ],
      ['no plugin', { ...good, context: {} }, 'bad_argument', 'context.plugin'],
      [
        'a wrong ip',
        { ...good, context: { ...fromTests, ip: '1.2.3.4.5' } },
        'bad_argument',
        'context.ip',
      ],
      [
        'a wrong trace',
        { ...good, context: { ...fromTests, traceId: 'XYZ' } },
        'bad_argument',
        'context.traceId',
      ],
      [
        'an unknown field',
        { ...good, context: { ...fromTests, secret: 1 } },
        'bad_argument',
        'context',
      ],
      [
        'no aggregates',
        { ...good, aggregates: undefined },
        'bad_argument',
        'aggregates',
      ],
      [
        'an empty append',
        { ...good, aggregates: [] },
        'bad_argument',
        'aggregates',
      ],
      ['only guards', withEvents([]), 'bad_argument', 'aggregates'],
      [
        'an aggregate twice',
        { ...good, aggregates: [part, part] },
        'bad_argument',
        'aggregates.1.id',
      ],
      [
        'a wrong aggregate id',
        { ...good, aggregates: [{ ...part, id: 'house.door/7' }] },
        'bad_argument',
        'aggregates.0.id',
      ],
      [
        'an upper-case aggregate id',
        { ...good, aggregates: [{ ...part, id: id.toUpperCase() }] },
        'bad_argument',
        'aggregates.0.id',
      ],
      [
        'a version below zero',
        { ...good, aggregates: [{ ...part, expected: -1 }] },
        'bad_argument',
        'aggregates.0.expected',
      ],
      [
        'half a version',
        { ...good, aggregates: [{ ...part, expected: 0.5 }] },
        'bad_argument',
        'aggregates.0.expected',
      ],
      [
        'a version beyond all',
        { ...good, aggregates: [{ ...part, expected: 2 ** 53 }] },
        'bad_argument',
        'aggregates.0.expected',
      ],
      [
        'no version',
        { ...good, aggregates: [{ ...part, expected: undefined }] },
        'bad_argument',
        'aggregates.0.expected',
      ],
      [
        'events that are no list',
        withEvents('all'),
        'bad_argument',
        'aggregates.0.events',
      ],
      [
        'an event that is nothing',
        withEvents([null]),
        'bad_argument',
        'aggregates.0.events.0',
      ],
      [
        'an event without type',
        withEvents([{ payload: {} }]),
        'bad_argument',
        'aggregates.0.events.0.type',
      ],
      [
        'an unknown type',
        withEvents([{ type: 'house.door.painted', payload: {} }]),
        'unknown_type',
        undefined,
      ],
      [
        'a wrong event id',
        withEvents([{ ...opened(), id: 'x' }]),
        'bad_argument',
        'aggregates.0.events.0.id',
      ],
      [
        'an event id twice',
        withEvents(
          [1, 2].map(() => ({
            ...opened(),
            id: '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e',
          })),
        ),
        'bad_argument',
        'aggregates.0.events.1.id',
      ],
      [
        'no payload',
        withEvents([{ type: 'house.door.opened' }]),
        'payload_invalid',
        '',
      ],
      [
        'a wrong payload',
        withEvents([{ type: 'house.door.opened', payload: { hand: 'third' } }]),
        'payload_invalid',
        'hand',
      ],
      [
        'a payload above 1 MiB',
        withEvents([doorOpened.of({ hand: 'left', note: huge })]),
        'too_large',
        'aggregates.0.events.0.payload',
      ],
      [
        '10,001 events',
        withEvents(Array.from({ length: 10_001 }, opened)),
        'too_large',
        'aggregates.0.events',
      ],
      [
        '10,001 events of two',
        {
          ...good,
          aggregates: [
            { ...part, events: Array.from({ length: 6_000 }, opened) },
            {
              ...part,
              id: id.replace('01939', '01940'),
              events: Array.from({ length: 4_001 }, opened),
            },
          ],
        },
        'too_large',
        'aggregates',
      ],
      [
        '1,001 aggregates',
        { ...good, aggregates: Array.from({ length: 1_001 }, () => part) },
        'too_large',
        'aggregates',
      ],
      [
        'claims that are no list',
        { ...good, claims: {} },
        'bad_argument',
        'claims',
      ],
      [
        'a claim that does nothing',
        { ...good, claims: [{ kind: 'a.b.c', value: 'x' }] },
        'bad_argument',
        'claims.0.op',
      ],
      [
        'a claim without value',
        { ...good, claims: [{ op: 'claim', kind: 'a.b.c', value: '' }] },
        'bad_argument',
        'claims.0.value',
      ],
      [
        'a claim with a wrong owner',
        { ...good, claims: [{ ...doorNumber.claim('1'), owner: 'me' }] },
        'bad_argument',
        'claims.0.owner',
      ],
      [
        'a move from nowhere',
        { ...good, claims: [{ ...doorNumber.claim('1'), op: 'move' }] },
        'bad_argument',
        'claims.0.from',
      ],
      [
        'a claim twice',
        { ...good, claims: [doorNumber.claim('1'), doorNumber.release('1')] },
        'bad_argument',
        'claims.1.value',
      ],
    ];

    it.each(cases)('refuses %s', async (_name, request, expected, field) => {
      const error = await log
        .append(request as AppendRequest)
        .catch(caught => caught);
      expect(error).toBeInstanceOf(Error);
      expect(error.code).toBe(`eventstore.${expected}`);
      expect(error.field).toBe(field);
      expect(error.status).toBe(expected === 'too_large' ? 413 : 400);
      expect(await log.versionOf(id)).toBe(0);
    });

    it('refuses an event of another aggregate, cyclic and reserved payloads', async () => {
      const painted = defineEvent({
        type: 'house.wall.painted',
        schema: z.looseObject({}),
      });
      test.store.register([painted]);
      await expect(log.append(toDoor(id, 0, [painted.of({})]))).rejects.toThrow(
        code('bad_argument', { field: 'aggregates.0.events.0.type' }),
      );
      const wall = newAggregateId('house.wall');
      const cyclic: Record<string, unknown> = {};
      cyclic.self = cyclic;
      await expect(
        log.append(toDoor(wall, 0, [painted.of(cyclic)])),
      ).rejects.toThrow(code('payload_invalid'));
      await expect(
        log.append(toDoor(wall, 0, [painted.of({ n: 1n })])),
      ).rejects.toThrow(code('payload_invalid'));
      await expect(
        log.append(toDoor(wall, 0, [painted.of({ $personal: {} })])),
      ).rejects.toThrow(code('payload_invalid', { field: '$personal' }));
    });

    it('takes what is just within the limits', async () => {
      const own = newDoor();
      const overhead = JSON.stringify({ hand: 'left', note: '' }).length;
      const { events } = await log.append(
        toDoor(own, 0, [
          doorOpened.of({
            hand: 'left',
            note: 'x'.repeat(1024 * 1024 - overhead),
          }),
          ...Array.from({ length: 9_999 }, opened),
        ]),
      );
      expect(events).toHaveLength(10_000);
      expect(await log.versionOf(own)).toBe(10_000);
      expect(
        await log.readAggregate(own, { after: 9_998 as never }),
      ).toHaveLength(2);
    });
  });
});
