import {
  actorKey,
  defineEvent,
  newAggregateId,
  START,
  type Actor,
  type EventEnvelope,
  type InstanceId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import { z } from 'zod';
import {
  doorOpened,
  doorShut,
  fromTests,
  toDoor,
} from '../../__testUtils__/doorEvents';
import { startTestStore, type TestStore } from '../../__testUtils__/testStore';
import type { EventFilter, EventLog, UnreadableEvent } from '../EventLog';

jest.setTimeout(120_000);

const instances = ['home', 'work', 'quiet'] as InstanceId[];
const actors: Actor[] = [
  { kind: 'user', id: 'ann' },
  { kind: 'user', id: 'bob' },
  { kind: 'outside', provider: 'github', id: 'ann' },
];
const painted = defineEvent({
  type: 'house.wall.painted',
  schema: z.object({ colour: z.string() }),
});
const rare = defineEvent({
  type: 'house.wall.fallen',
  schema: z.object({}),
});

describe('reads', () => {
  let test: TestStore;
  let log: EventLog;
  let all: EventEnvelope[];

  beforeAll(async () => {
    test = await startTestStore();
    log = test.store.log;
    test.store.register([painted, rare]);
    const doors = Array.from({ length: 6 }, () => newAggregateId('house.door'));
    const walls = Array.from({ length: 6 }, () => newAggregateId('house.wall'));
    for (let count = 0; count < 150; count++) {
      const onDoor = count % 3 !== 0;
      // The first two aggregates belong to the first instance, and so on.
      const which = (count * 7) % 6;
      const instance = instances[count === 75 ? 2 : which >> 2]!;
      const own = onDoor ? doors[which]! : walls[which]!;
      const id =
        count === 75
          ? newAggregateId(onDoor ? 'house.door' : 'house.wall')
          : own;
      const events = onDoor
        ? [doorOpened.of({ hand: 'left' }), doorShut.of({})]
        : [count === 30 ? rare.of({}) : painted.of({ colour: 'red' })];
      await log.append(
        toDoor(id, 'any', events.slice(0, 1 + (count % 2)), {
          instance,
          actor: actors[count % 3],
          context: {
            ...fromTests,
            ...(count % 4 ? { correlationId: `request-${count % 20}` } : {}),
          },
        }),
      );
    }
    all = [];
    for await (const { events } of log.readAll({ batchSize: 37 })) {
      all.push(...events);
    }
    // Times between which things happened, whatever the clock gave them.
    await test.database.knex.raw(
      `update events set recorded_at = timestamptz '2026-01-01T00:00:00Z'
        + make_interval(secs => position / 3)`,
    );
    all = all.map(event => ({
      ...event,
      recordedAt: new Date(
        Date.UTC(2026, 0, 1) + Math.floor(event.position / 3) * 1000,
      ).toISOString(),
    }));
  });

  afterAll(async () => {
    await test?.stop();
  });

  const second = (seconds: number) =>
    new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

  /** What a filter means, said in another way. */
  function matches(event: EventEnvelope, filter: EventFilter): boolean {
    return (
      (!filter.instance || event.instance === filter.instance) &&
      (!filter.types || filter.types.includes(event.type)) &&
      (!filter.aggregateTypes ||
        filter.aggregateTypes.includes(event.aggregateType)) &&
      (!filter.aggregateId || event.aggregateId === filter.aggregateId) &&
      (!filter.actor || actorKey(event.actor) === actorKey(filter.actor)) &&
      (!filter.correlationId ||
        event.context.correlationId === filter.correlationId) &&
      (!filter.since || new Date(event.recordedAt) >= filter.since) &&
      (!filter.before || new Date(event.recordedAt) < filter.before)
    );
  }

  const types = [
    'house.door.opened',
    'house.door.shut',
    'house.wall.painted',
    'house.wall.fallen',
  ];
  const times = fc.integer({ min: -5, max: 80 }).map(second);
  const filters = () =>
    fc.record(
      {
        instance: fc.constantFrom(...instances),
        types: fc.uniqueArray(fc.constantFrom(...types), { minLength: 1 }),
        aggregateTypes: fc.uniqueArray(
          fc.constantFrom('house.door', 'house.wall'),
          { minLength: 1 },
        ),
        aggregateId: fc.constantFrom(
          ...new Set(all.map(({ aggregateId }) => aggregateId)),
        ),
        actor: fc.constantFrom(...actors),
        correlationId: fc.constantFrom('request-3', 'request-13', 'none'),
        since: times,
        before: times,
      },
      { requiredKeys: [] },
    );

  it('give what the filter asks for, in order, whatever the filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters(),
        fc.integer({ min: 0, max: 260 }),
        fc.integer({ min: 1, max: 60 }),
        async (filter, start, batchSize) => {
          const after = Math.min(start, all.length) as Position;
          const found: EventEnvelope[] = [];
          let through: Position = after;
          for await (const batch of log.readAll({ after, batchSize, filter })) {
            expect(batch.events.length).toBeLessThanOrEqual(batchSize);
            expect(batch.through).toBeGreaterThan(through);
            through = batch.through;
            found.push(...batch.events);
          }
          expect(found).toEqual(
            all.filter(
              event => event.position > after && matches(event, filter),
            ),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give pages, newest first, that together are all there is', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters(),
        fc.integer({ min: 1, max: 40 }),
        fc.option(fc.integer({ min: 0, max: 260 }), { nil: undefined }),
        async (filter, limit, through) => {
          const found: EventEnvelope[] = [];
          let cursor: string | undefined;
          do {
            const page = await log.readPage({
              filter,
              limit,
              cursor,
              through: through as Position | undefined,
            });
            expect(page.events.length).toBeLessThanOrEqual(limit);
            expect(page.nextCursor === undefined || page.events.length).toBe(
              page.nextCursor === undefined || limit,
            );
            found.push(...page.events);
            cursor = page.nextCursor;
          } while (cursor !== undefined);
          expect(found).toEqual(
            all
              .filter(
                event =>
                  event.position <= (through ?? Infinity) &&
                  matches(event, filter),
              )
              .reverse(),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('say how far the log was looked at, also where nothing matched', async () => {
    const head = all.length;
    const filter = { types: ['house.wall.fallen'] };
    const [{ position }] = all.filter(event => event.type === rare.type) as [
      EventEnvelope,
    ];
    await expect(
      log.readBatch({ after: START, filter }),
    ).resolves.toMatchObject({ events: [{ position }], through: head, head });
    await expect(
      log.readBatch({ after: START, filter, limit: 1 }),
    ).resolves.toMatchObject({ through: position, head });
    await expect(log.readBatch({ after: position, filter })).resolves.toEqual({
      events: [],
      through: head,
      head,
    });
    await expect(
      log.readBatch({ after: head as Position, filter }),
    ).resolves.toEqual({ events: [], through: head, head });
  });

  it('give one aggregate from a version on and as of a position', async () => {
    const { aggregateId } = all[0]!;
    const own = all.filter(event => event.aggregateId === aggregateId);
    await expect(log.readAggregate(aggregateId)).resolves.toEqual(own);
    await expect(
      log.readAggregate(aggregateId, { after: 3 as never, limit: 2 }),
    ).resolves.toEqual(own.slice(3, 5));
    const { position } = own[4]!;
    await expect(
      log.readAggregate(aggregateId, { through: position }),
    ).resolves.toEqual(own.slice(0, 5));
    await expect(
      log.readAggregate(newAggregateId('house.door')),
    ).resolves.toEqual([]);
  });

  it('find one event by its id', async () => {
    await expect(log.readEvent(all[9]!.id)).resolves.toEqual(all[9]);
    await expect(
      log.readEvent('01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e' as never),
    ).resolves.toBeUndefined();
  });

  it('find the position of a time', async () => {
    for (const seconds of [-1, 0, 1, 7, 40, 1_000]) {
      const time = second(seconds);
      const expected = all.filter(
        event => new Date(event.recordedAt) <= time,
      ).length;
      await expect(log.positionAt(time)).resolves.toBe(expected);
    }
    await expect(log.positionAt(new Date('x'))).rejects.toThrow(
      expect.objectContaining({ field: 'time' }),
    );
  });

  it('bring old revisions up to date, and leave unknown types as stored', async () => {
    const [id, gone] = [
      newAggregateId('house.door'),
      newAggregateId('garden.tree'),
    ];
    const insert = (
      aggregate: string,
      type: string,
      revision: number,
      payload: object,
    ) =>
      test.database.knex.raw(
        `insert into events select max(position) + 1, 'home', ?, 1, ?, ?,
            gen_random_uuid(), '{"kind":"system","id":"old"}', 'system:old',
            '{"plugin":"old"}', null, max(recorded_at), ? from events`,
        [aggregate, type, revision, JSON.stringify(payload)],
      );
    const { position: before } = await log.head();
    await insert(id, 'house.door.opened', 1, { note: 'old' });
    await insert(gone, 'garden.tree.felled', 3, { height: 7 });
    const { events } = await log.readBatch({ after: before });
    expect(events).toMatchObject([
      { revision: 2, payload: { note: 'old', hand: 'right' } },
      { type: 'garden.tree.felled', revision: 3, payload: { height: 7 } },
    ]);
    // Auditors can ask for it although nothing defines it any more.
    await expect(
      log.readPage({
        filter: { instance: 'home' as never, types: ['garden.tree.felled'] },
      }),
    ).resolves.toMatchObject({ events: [{ payload: { height: 7 } }] });

    // Stored by a release that is newer than this one.
    await insert(newAggregateId('house.door'), 'house.door.shut', 2, { x: 1 });
    await expect(log.readBatch({ after: before })).rejects.toThrow(
      'Revision 2 of house.door.shut was stored by a newer release; this one knows 1',
    );
    const unreadable: UnreadableEvent[] = [];
    const batch = await log.readBatch({
      after: before,
      onUnreadable: event => unreadable.push(event),
    });
    expect(batch.events).toHaveLength(2);
    expect(batch.through).toBe(before + 3);
    expect(unreadable).toMatchObject([
      { position: before + 3, type: 'house.door.shut' },
    ]);
    expect(unreadable[0]!.error).toMatchObject({
      code: 'eventstore.unknown_type',
    });
    expect(unreadable[0]).not.toHaveProperty('payload');
    const page = await log.readPage({ limit: 1 });
    expect(page.events[0]).toMatchObject({ revision: 2, payload: { x: 1 } });
    await test.database.knex('events').where('position', '>', before).delete();
  });

  it('read a long stretch without matches in pieces', async () => {
    const { position: before } = await log.head();
    await test.database.knex.raw(
      `insert into events select ? + n, 'work',
          'house.wall/' || gen_random_uuid(), 1, 'house.wall.painted', 1,
          gen_random_uuid(), '{"kind":"system","id":"x"}', 'system:x',
          '{"plugin":"x"}', null, now(), '{"colour":"blue"}'
        from generate_series(1, 120000) n`,
      [before],
    );
    const filter = { types: ['house.wall.fallen'] };
    const stops: number[] = [];
    let after = before;
    do {
      const batch = await log.readBatch({ after, filter });
      expect(batch.events).toEqual([]);
      after = batch.through;
      stops.push(after);
    } while (after < before + 120_000);
    expect(stops).toEqual([50_000, 100_000, 120_000].map(n => before + n));
    // A page looks further than the newest events only when it has to.
    await expect(
      log.readPage({ filter: { instance: 'quiet' as never } }),
    ).resolves.toMatchObject({ events: [{ instance: 'quiet' }] });
    await test.database.knex('events').where('position', '>', before).delete();
  });

  describe('bad input', () => {
    const batch = (options: object) =>
      log.readBatch({ after: START, ...options });
    const page = (options: object) => log.readPage(options);
    const filter = (value: unknown) => ({ filter: value });
    const cases: [string, () => Promise<unknown>, string, string?][] = [
      [
        'a position beyond the head',
        () => batch({ after: 1_000_000 }),
        'after',
      ],
      ['a position below zero', () => batch({ after: -1 }), 'after'],
      ['a position that is text', () => batch({ after: '1' }), 'after'],
      ['half a position', () => batch({ after: 1.5 }), 'after'],
      ['an unsafe position', () => batch({ after: 2 ** 53 }), 'after'],
      ['no limit at all', () => batch({ limit: 0 }), 'limit'],
      ['too high a limit', () => batch({ limit: 10_001 }), 'limit'],
      ['too large a page', () => page({ limit: 1_001 }), 'limit'],
      ['a limit that is text', () => page({ limit: 'all' }), 'limit'],
      ['an unknown condition', () => batch(filter({ colour: 1 })), 'filter'],
      [
        'a misspelt type',
        () => batch(filter({ types: ['x'] })),
        'filter.types.0',
      ],
      ['no types', () => page(filter({ types: [] })), 'filter.types'],
      [
        'an unknown type',
        () => page(filter({ instance: 'home', types: ['house.door.painted'] })),
        'filter.types',
        'eventstore.unknown_type',
      ],
      [
        'unknown types',
        () => page(filter({ types: ['house.door.shut', 'a.b.c'] })),
        'filter.types',
        'eventstore.unknown_type',
      ],
      [
        'too many types',
        () =>
          batch(
            filter({
              types: Array.from({ length: 101 }, (_, n) => `house.door.t${n}`),
            }),
          ),
        'filter.types',
        'eventstore.too_large',
      ],
      [
        'a wrong instance',
        () => page(filter({ instance: 'A' })),
        'filter.instance',
      ],
      ['a wrong actor', () => page(filter({ actor: {} })), 'filter.actor.kind'],
      [
        'a wrong time',
        () => page(filter({ since: new Date('x') })),
        'filter.since',
      ],
      ['a cursor that is none', () => page({ cursor: 'abc' }), 'cursor'],
      ['a through below zero', () => page({ through: -1 }), 'through'],
      ['a wrong aggregate', () => log.readAggregate('x' as never), 'id'],
      [
        'a version below zero',
        () =>
          log.readAggregate(newAggregateId('house.door'), {
            after: -1 as never,
          }),
        'after',
      ],
      ['a wrong id', () => log.versionOf('x' as never), 'id'],
      ['a wrong event id', () => log.readEvent('x' as never), 'id'],
    ];

    it.each(cases)(
      'refuses %s',
      async (_name, read, field, code = 'eventstore.bad_argument') => {
        await expect(read()).rejects.toMatchObject({ field, code });
      },
    );

    it('refuses the cursor of another filter', async () => {
      const { nextCursor } = await log.readPage({ limit: 1 });
      await expect(
        page({ cursor: nextCursor, filter: { instance: 'home' } }),
      ).rejects.toMatchObject({
        field: 'cursor',
        message: 'cursor: belongs to another filter',
      });
    });
  });
});
