// Bad input: every append that cannot be meant is refused, and says why.
import {
  aggregateId,
  defineEvent,
  newAggregateId,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import {
  doorNumber,
  doorOpened,
  fromTests,
  toDoor,
} from '../../__testUtils__/doorEvents';
import { startTestStore, type TestStore } from '../../__testUtils__/testStore';
import type { AppendRequest, EventLog } from '../EventLog';

jest.setTimeout(60_000);

const newDoor = () => newAggregateId('house.door');
const opened = () => doorOpened.of({ hand: 'left' });
const code = (expected: string, more: object = {}) =>
  expect.objectContaining({ code: `eventstore.${expected}`, ...more });

describe('bad input of an append', () => {
  let test: TestStore;
  let log: EventLog;

  beforeAll(async () => {
    test = await startTestStore();
    log = test.store.log;
  });

  afterAll(async () => {
    await test?.stop();
  });

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
    ['no context', { ...good, context: undefined }, 'bad_argument', 'context'],
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
