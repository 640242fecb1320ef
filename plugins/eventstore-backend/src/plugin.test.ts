/** The API of the event store on a real backend, with a real log behind it. */
import { gunzipSync } from 'node:zlib';
import {
  AuthorizeResult,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { fromConnectError } from '@callboard/api-client';
import {
  DEFAULT_INSTANCE,
  newAggregateId,
  type Actor,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import {
  Actor_Kind as ActorKind,
  AuditService,
  LogService,
  SealFault_Kind as FaultKind,
  SpoolerService,
  Spooler_Kind as SpoolerKind,
  Spooler_State as SpoolerState,
} from '@callboard/plugin-eventstore-common/api';
import { toJson } from '@bufbuild/protobuf';
import { ValueSchema, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { POISON, door } from './__testUtils__/houseModule';
import {
  startEventstore,
  type StartedEventstore,
} from './__testUtils__/startEventstore';

jest.setTimeout(60_000);

let started: StartedEventstore;
const ann: Actor = { kind: 'user', id: 'user:default/ann' };
const bob: Actor = { kind: 'user', id: 'user:default/bob' };

beforeAll(async () => {
  started = await startEventstore();
});
afterAll(() => started?.stop());

type Command = Parameters<typeof door.decide>[1];

async function run(
  id: AggregateId,
  command: Command,
  actor = ann,
  context: object = {},
) {
  return started.house.events.commands.execute({
    aggregate: door,
    id,
    command,
    commandId: `${id}-${Math.random()}`,
    instance: DEFAULT_INSTANCE,
    actor,
    context: { plugin: 'house', ...context },
  });
}

const transport = () =>
  createConnectTransport({
    baseUrl: started.baseUrl,
    interceptors: [
      next => request => {
        Object.entries(started.headers).forEach(([name, value]) =>
          request.header.set(name, value),
        );
        return next(request);
      },
    ],
  });
const audit = () => createClient(AuditService, transport());
const spoolers = () => createClient(SpoolerService, transport());
const log = () => createClient(LogService, transport());
const get = (path: string) =>
  fetch(`${started.baseUrl}${path}`, { headers: started.headers });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('It did not fail');
    },
    error => fromConnectError(error),
  );
const decide = (decision: PolicyDecision) =>
  started.permissions.authorizeConditional.mockResolvedValueOnce([decision]);
const onlyBy = (actor: string): PolicyDecision => ({
  result: AuthorizeResult.CONDITIONAL,
  pluginId: 'eventstore',
  resourceType: 'eventstore-event',
  conditions: {
    rule: 'IS_ACTOR',
    resourceType: 'eventstore-event',
    params: { actors: [actor] },
  },
});

/** Looks until it is so: other processes of the backend are at work. */
const until = async <T>(
  look: () => Promise<T>,
  holds: (value: T) => boolean,
): Promise<T> => {
  for (;;) {
    const value = await look();
    if (holds(value)) {
      return value;
    }
  }
};

describe('the trail', () => {
  let front: AggregateId;
  let back: AggregateId;

  beforeAll(async () => {
    front = newAggregateId('house.door');
    back = newAggregateId('house.door');
    await run(front, { kind: 'Open', by: 'code', code: '1234' }, ann, {
      ip: '192.0.2.7',
      userAgent: 'a browser',
      correlationId: 'request-1',
    });
    await run(front, { kind: 'Shut' }, bob);
    await run(front, { kind: 'Paint', colours: ['red', 'green'] });
    await run(back, { kind: 'Open' }, bob, { correlationId: 'request-1' });
  });

  it('is read newest first, with who, what, when, from where', async () => {
    const { events, head, nextPageToken } = await audit().searchEvents({
      filter: { aggregateTypes: ['house.door'] },
    });
    expect(events.map(({ type, aggregateId }) => [type, aggregateId])).toEqual([
      ['house.door.opened', back],
      ['house.door.painted', front],
      ['house.door.shut', front],
      ['house.door.opened', front],
    ]);
    expect(events[3]).toMatchObject({
      version: 1n,
      instance: 'default',
      actor: { kind: ActorKind.USER, id: 'user:default/ann' },
      context: {
        plugin: 'house',
        ip: '192.0.2.7',
        userAgent: 'a browser',
        correlationId: 'request-1',
      },
    });
    expect(events[0]!.position).toBeLessThanOrEqual(head);
    expect(nextPageToken).toBe('');
  });

  it('hides what its definitions call secret', async () => {
    const { events } = await audit().searchEvents({
      filter: { aggregateId: front },
    });
    expect(events.at(-1)!.payload).toEqual({
      by: 'code',
      code: { $hidden: true },
    });
  });

  it.each<[string, object, number]>([
    ['who', { actor: 'user:user:default/bob' }, 2],
    ['what', { types: ['house.door.shut'] }, 1],
    ['on what', { aggregateId: 'front' }, 3],
    ['from where', { ip: '192.0.2.7', plugin: 'house' }, 1],
    ['because of what', { correlationId: 'request-1' }, 2],
    ['when', { since: new Date(0), before: new Date(1) }, 0],
    ['where', { instance: 'elsewhere', aggregateTypes: ['house.door'] }, 0],
    ['by which plugin', { plugin: 'nobody' }, 0],
  ])('is searched by %s', async (_, filter: any, count) => {
    // any: shaped into messages here
    const { events } = await audit().searchEvents({
      filter: {
        ...filter,
        ...(filter.aggregateId ? { aggregateId: front } : {}),
        ...(filter.since ? { since: timestampFromDate(filter.since) } : {}),
        ...(filter.before ? { before: timestampFromDate(filter.before) } : {}),
      },
    });
    expect(events).toHaveLength(count);
  });

  it.each([{}, { plugin: 'house' }])(
    'is paged without gaps or repeats: %j',
    async filter => {
      const all = await audit().searchEvents({ filter, pageSize: 1000 });
      const found: bigint[] = [];
      let pageToken = '';
      do {
        const page = await audit().searchEvents({
          filter,
          pageSize: 2,
          pageToken,
          through: all.head,
        });
        found.push(...page.events.map(({ position }) => position));
        pageToken = page.nextPageToken;
      } while (pageToken);
      expect(found).toEqual(all.events.map(({ position }) => position));
    },
  );

  it.each([
    [{ pageToken: 'nonsense' }, 'pageToken'],
    [{ filter: { actor: 'ann' } }, 'filter.actor'],
    [{ filter: { actor: 'outside:GitHub!:ann' } }, 'filter.actor.provider'],
    [{ filter: { types: ['nonsense'] } }, 'filter.types[0]'],
    [{ filter: { aggregateId: 'nonsense' } }, 'filter.aggregateId'],
    [{ filter: { instance: 'No' } }, 'filter.instance'],
    [{ filter: { ip: 'here' } }, 'filter.ip'],
    [{ pageSize: 1001 }, 'pageSize'],
  ])('refuses %j and names the field', async (request, field) => {
    const error = await failure(audit().searchEvents(request));
    expect(error).toMatchObject({
      status: 'INVALID_ARGUMENT',
      fields: [expect.objectContaining({ field })],
    });
  });

  it('refuses a token of another search', async () => {
    const { nextPageToken } = await audit().searchEvents({ pageSize: 1 });
    const error = await failure(
      audit().searchEvents({
        pageToken: nextPageToken,
        filter: { plugin: 'house' },
      }),
    );
    expect(error.fields).toMatchObject([{ field: 'pageToken' }]);
  });

  it('gives one event', async () => {
    const { events } = await audit().searchEvents({ pageSize: 1 });
    expect(await audit().getEvent({ id: events[0]!.id })).toEqual(events[0]);
    const error = await failure(
      audit().getEvent({ id: '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e' }),
    );
    expect(error.status).toBe('NOT_FOUND');
  });

  it('is exported as lines of JSON and as a table', async () => {
    const lines = await get(
      '/v1/events:export?filter.aggregateTypes=house.door',
    );
    expect(lines.headers.get('content-disposition')).toContain('events.ndjson');
    const events = (await lines.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(events).toHaveLength(4);
    expect(events[3].payload.code).toEqual({ $hidden: true });

    const table = await get(
      '/v1/events:export?format=FORMAT_CSV&filter.aggregateTypes=house.door',
    );
    expect(table.headers.get('content-type')).toContain('text/csv');
    const [titles, ...rows] = (await table.text()).trim().split('\r\n');
    expect(titles).toMatch(/^position,recorded_at,type,/);
    expect(rows).toHaveLength(4);
    expect(rows[3]).toContain('"{""by"":""code"",');
  });

  describe('of one thing', () => {
    it('tells what each event changed', async () => {
      const { changes } = await audit().listAggregateChanges({
        aggregateId: front,
      });
      const readable = changes.map(({ event, fields }) => [
        event!.type,
        ...fields.map(
          ({ path, before, after }) =>
            `${path}: ${before ? JSON.stringify(toJson(ValueSchema, before)) : '-'} → ${after ? JSON.stringify(toJson(ValueSchema, after)) : '-'}`,
        ),
      ]);
      expect(readable).toEqual([
        [
          'house.door.opened',
          'open: false → true',
          'openings: 0 → 1',
          'code: - → {"$hidden":true}',
        ],
        ['house.door.shut', 'open: true → false'],
        [
          'house.door.painted',
          'colours[0]: - → "red"',
          'colours[1]: - → "green"',
        ],
      ]);
    });

    it('is paged', async () => {
      const first = await audit().listAggregateChanges({
        aggregateId: front,
        pageSize: 2,
      });
      const second = await audit().listAggregateChanges({
        aggregateId: front,
        pageSize: 2,
        pageToken: first.nextPageToken,
      });
      expect(first.changes).toHaveLength(2);
      expect(second.changes.map(({ event }) => event!.version)).toEqual([3n]);
      expect(second.changes[0]!.fields).toHaveLength(2);
      expect(second.nextPageToken).toBe('');
    });

    it('tells what it was like at a version, a position and a time', async () => {
      const state = async (moment: object) =>
        await audit().getAggregateState({ aggregateId: front, ...moment });
      expect(await state({})).toMatchObject({
        version: 3n,
        isDecided: true,
        state: {
          open: false,
          openings: 1,
          colours: ['red', 'green'],
          code: { $hidden: true },
        },
      });
      expect((await state({ version: 1n })).state).toMatchObject({
        open: true,
      });
      const { changes } = await audit().listAggregateChanges({
        aggregateId: front,
      });
      const second = changes[1]!.event!;
      expect(await state({ position: second.position })).toMatchObject({
        version: 2n,
      });
      expect(await state({ time: second.recordedAt })).toMatchObject({
        version: expect.any(BigInt),
      });
      expect(
        (await failure(state({ time: timestampFromDate(new Date(0)) }))).status,
      ).toBe('NOT_FOUND');
      expect(
        (await failure(state({ version: 1n, position: 1n }))).fields[0]?.rule,
      ).toBe('GET_AGGREGATE_STATE_ONE_MOMENT');
    });

    it('is laid together from payloads where no plugin says more', async () => {
      const event = await started.house.auditor.createEvent({
        eventId: 'sweep-floor',
        severityLevel: 'medium',
      });
      await event.fail({ error: new Error('No broom') });
      const { events } = await audit().searchEvents({
        filter: { types: ['eventstore.action.failed'] },
      });
      const { aggregateId } = events.find(
        ({ payload }) => payload!.action === 'sweep-floor',
      )!;
      expect(await audit().getAggregateState({ aggregateId })).toMatchObject({
        version: 2n,
        isDecided: false,
        state: { action: 'sweep-floor', error: { message: 'No broom' } },
      });
    });

    it('is not there when nothing has happened to it', async () => {
      const aggregateId = newAggregateId('house.door');
      const errors = await Promise.all([
        failure(audit().getAggregateState({ aggregateId })),
        failure(audit().listAggregateChanges({ aggregateId })),
      ]);
      expect(errors.map(({ status }) => status)).toEqual([
        'NOT_FOUND',
        'NOT_FOUND',
      ]);
    });
  });

  describe('is seen only as far as the decision goes', () => {
    it('in searches and exports', async () => {
      decide(onlyBy('user:default/bob'));
      const { events } = await audit().searchEvents({});
      expect(events.map(({ actor }) => actor!.id)).toEqual([
        'user:default/bob',
        'user:default/bob',
      ]);
      decide(onlyBy('user:user:default/bob'));
      const lines = await (await get('/v1/events:export')).text();
      expect(lines.trim().split('\n')).toHaveLength(2);
    });

    it('and what is not seen is not there', async () => {
      const { events } = await audit().searchEvents({
        filter: { aggregateId: front },
      });
      const [painted, shut] = events;
      decide(onlyBy('user:default/bob'));
      expect(
        (await failure(audit().getEvent({ id: painted!.id }))).status,
      ).toBe('NOT_FOUND');
      decide(onlyBy('user:default/bob'));
      expect((await audit().getEvent({ id: shut!.id })).type).toBe(
        'house.door.shut',
      );
      decide(onlyBy('user:default/bob'));
      expect(
        (await failure(audit().getAggregateState({ aggregateId: front })))
          .status,
      ).toBe('NOT_FOUND');
      decide(onlyBy('user:default/bob'));
      const { changes } = await audit().listAggregateChanges({
        aggregateId: front,
      });
      expect(changes.map(({ event }) => event!.type)).toEqual([
        'house.door.shut',
      ]);
    });

    it('with conditions joined in every way', async () => {
      const rule = (name: string, params: object) =>
        ({ rule: name, resourceType: 'eventstore-event', params }) as never;
      decide({
        result: AuthorizeResult.CONDITIONAL,
        pluginId: 'eventstore',
        resourceType: 'eventstore-event',
        conditions: {
          allOf: [
            rule('HAS_AGGREGATE_TYPE', { aggregateTypes: ['house.door'] }),
            rule('IN_INSTANCE', { instances: ['default'] }),
            {
              not: {
                anyOf: [
                  rule('IS_ABOUT_AGGREGATE', { aggregateIds: [back] }),
                  rule('IS_ACTOR', { actors: ['user:default/bob'] }),
                ],
              },
            },
          ],
        },
      });
      const { events } = await audit().searchEvents({});
      expect(events.map(({ type }) => type)).toEqual([
        'house.door.painted',
        'house.door.opened',
      ]);
    });

    it('not at all without one', async () => {
      decide({ result: AuthorizeResult.DENY });
      expect((await failure(audit().searchEvents({}))).status).toBe(
        'PERMISSION_DENIED',
      );
    });
  });
});

describe('what the auditor reports', () => {
  const actions = async (action: string) =>
    (
      await audit().searchEvents({
        filter: { aggregateTypes: ['eventstore.action'] },
      })
    ).events
      .filter(({ payload }) => payload!.action === action)
      .reverse();

  it('is in the log, with who did it and how it ended', async () => {
    const event = await started.house.auditor.createEvent({
      eventId: 'paint-house',
      severityLevel: 'high',
      meta: { colour: 'blue', $odd: 'x', bytes: '\0' } as never,
    });
    await event.fail({ error: new Error('No paint'), meta: { missing: 3 } });
    const [begun, failed] = await actions('paint-house');
    expect(begun).toMatchObject({
      type: 'eventstore.action.started',
      actor: { kind: ActorKind.MACHINE, id: 'plugin:house' },
      context: { plugin: 'house' },
    });
    expect(failed).toMatchObject({
      type: 'eventstore.action.failed',
      aggregateId: begun!.aggregateId,
      payload: {
        plugin: 'house',
        severity: 'high',
        error: { name: 'Error', message: 'No paint' },
        meta: { colour: 'blue', _odd: 'x', bytes: '', missing: 3 },
      },
    });
  });

  it('is stored once when it is of no weight', async () => {
    const event = await started.house.auditor.createEvent({
      eventId: 'look-around',
    });
    await event.success();
    expect((await actions('look-around')).map(({ type }) => type)).toEqual([
      'eventstore.action.succeeded',
    ]);
  });

  it.each(['low', 'medium'] as const)(
    'is in the log before its reporter goes on: severity %s (G12)',
    async severityLevel => {
      const event = await started.house.auditor.createEvent({
        eventId: 'answer',
        severityLevel,
      });
      // Over a connection of its own, as whoever looks after a crash.
      const count = () =>
        started
          .knex('events')
          .where('type', 'eventstore.action.succeeded')
          .count('* as number')
          .first();
      const before = Number((await count())!.number);
      await event.success();
      expect(Number((await count())!.number)).toBe(before + 1);
    },
  );

  it('names the caller of our own methods, on every transport', async () => {
    await (await get('/v1/events:export?filter.plugin=nobody')).text();
    const [begun, ended] = (await actions('export-events')).slice(-2);
    expect(begun).toMatchObject({
      actor: { kind: ActorKind.USER, id: 'user:default/mock' },
      context: { plugin: 'eventstore', ip: '127.0.0.1' },
      payload: {
        request: { method: 'GET', path: '/api/eventstore/v1/events:export' },
        meta: { transport: 'rest' },
      },
    });
    expect(ended!.type).toBe('eventstore.action.succeeded');
  });

  it('tells of refusals', async () => {
    started.permissions.authorize.mockResolvedValueOnce([
      { result: AuthorizeResult.DENY },
    ]);
    await failure(spoolers().listSpoolers({}));
    const [, refused] = await actions('list-spoolers');
    expect(refused).toMatchObject({
      type: 'eventstore.action.failed',
      payload: { meta: { code: 'PERMISSION_DENIED' } },
    });
  });
});

describe('spoolers', () => {
  const doors = async () =>
    (await spoolers().listSpoolers({})).spoolers.filter(
      ({ name, plugin }) => plugin === 'house' && name === 'doors',
    );
  const caughtUp = () =>
    until(doors, found =>
      found.some(
        ({ state, lagEvents, quarantined, liveAt }) =>
          state === SpoolerState.LIVE &&
          liveAt !== undefined &&
          (lagEvents === 0n || quarantined > 0n),
      ),
    );

  it('are listed with state, lag, leader and epoch', async () => {
    const [live] = await caughtUp();
    expect(live).toMatchObject({
      plugin: 'house',
      kind: SpoolerKind.VIEW,
      name: 'doors',
      version: 1,
      state: SpoolerState.LIVE,
      leader: expect.stringMatching(/./),
      epoch: expect.any(BigInt),
      quarantined: 0n,
      error: '',
    });
    const { spoolers: all } = await spoolers().listSpoolers({});
    expect(all.find(({ name }) => name === 'bell')).toMatchObject({
      kind: SpoolerKind.REACTOR,
    });
  });

  it('show what they could not apply, and try again when told to', async () => {
    const id = newAggregateId('house.door');
    await run(id, { kind: 'Paint', colours: [POISON] });
    await until(doors, found =>
      found.some(({ quarantined }) => quarantined === 1n),
    );
    const { aggregates } = await spoolers().listQuarantinedAggregates({
      plugin: 'house',
      name: 'doors',
    });
    expect(aggregates).toMatchObject([
      {
        aggregateId: id,
        cause: expect.stringContaining('This colour is poison'),
        eventType: 'house.door.painted',
        waiting: 1,
      },
    ]);
    expect(
      await spoolers().replayQuarantine({ plugin: 'house', name: 'doors' }),
    ).toMatchObject({ healed: 0n, failed: 1n });
    started.house.isMended = true;
    expect(
      await spoolers().replayQuarantine({
        plugin: 'house',
        name: 'doors',
        aggregateId: id,
      }),
    ).toMatchObject({ healed: 1n, failed: 0n });
  });

  it('fill a view anew, or give that up', async () => {
    const { generation } = await spoolers().rebuildView({
      plugin: 'house',
      name: 'doors',
    });
    expect(generation).toBeGreaterThan(1);
    await until(doors, found =>
      found.some(
        each =>
          each.generation === generation && each.state === SpoolerState.LIVE,
      ),
    );
    expect(
      await spoolers().cancelRebuild({ plugin: 'house', name: 'doors' }),
    ).toMatchObject({ wasCancelled: false });
  });

  it('show jobs that failed for good, try them again, and drop them', async () => {
    const letters = async () =>
      (await spoolers().listDeadLetters({ plugin: 'house' })).deadLetters;
    const [letter] = await until(letters, found => found.length > 0);
    expect(letter).toMatchObject({
      reactor: 'bell',
      cause: expect.stringContaining('The bell is broken'),
      attempts: 1,
    });
    expect(
      await spoolers().replayDeadLetters({
        plugin: 'house',
        ids: [letter!.id],
      }),
    ).toMatchObject({ count: 1n });
    await until(letters, found => found.some(({ id }) => id === letter!.id));
    expect(
      await spoolers().discardDeadLetters({
        plugin: 'house',
        ids: [letter!.id],
      }),
    ).toMatchObject({ count: 1n });
    expect((await letters()).map(({ id }) => id)).not.toContain(letter!.id);
  });

  it('that are not there are not there', async () => {
    expect(
      (
        await failure(
          spoolers().rebuildView({ plugin: 'nobody', name: 'doors' }),
        )
      ).status,
    ).toBe('NOT_FOUND');
    expect(
      await failure(
        spoolers().rebuildView({ plugin: 'house', name: 'windows' }),
      ),
    ).toMatchObject({
      code: 'EVENTSTORE_UNKNOWN_VIEW',
      status: 'NOT_FOUND',
      fields: [{ field: 'view' }],
    });
  });

  it('are changed only with permission, and that is recorded', async () => {
    started.permissions.authorize.mockResolvedValueOnce([
      { result: AuthorizeResult.DENY },
    ]);
    expect(
      await failure(spoolers().rebuildView({ plugin: 'house', name: 'doors' })),
    ).toMatchObject({
      status: 'PERMISSION_DENIED',
      metadata: { permission: 'eventstore.spooler.update' },
    });
    const { events } = await audit().searchEvents({
      filter: { types: ['eventstore.action.succeeded'] },
    });
    expect(events.map(({ payload }) => payload!.action)).toEqual(
      expect.arrayContaining([
        'rebuild-view',
        'replay-quarantine',
        'discard-dead-letters',
      ]),
    );
  });
});

describe('the log', () => {
  it('tells where it ends', async () => {
    const { position, incarnation } = await log().getLogHead({});
    expect(position).toBeGreaterThan(0n);
    expect(incarnation).not.toBe('');
  });

  it('is checked against its seals, and names what was altered', async () => {
    const { rootStore } = started.house;
    await rootStore.seal();
    const fine = await log().verifyLog({});
    expect(fine.blocks).toBe(1n);
    expect(fine.fault).toBeUndefined();
    expect(fine.head?.hash).toBeTruthy();
    expect((await log().listSealingKeys({})).keys).toMatchObject([
      { jwk: { kty: 'EC' } },
    ]);

    await started.knex.raw('alter table events disable trigger user');
    await started.knex.raw(
      `update events set payload = '{"by":"code"}' where position = 1`,
    );
    const altered = await log().verifyLog({ anchor: fine.head });
    expect(altered.fault).toMatchObject({
      kind: FaultKind.ALTERED,
      position: 1n,
    });
  });

  it('is written into a file, compressed or not', async () => {
    const plain = await get('/v1/log:backup');
    expect(plain.headers.get('content-disposition')).toContain(
      'callboard-log.ndjson',
    );
    const text = await plain.text();
    const lines = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines[0].format).toBeTruthy();
    expect(lines.at(-1)).toMatchObject({ end: true });

    const packed = await get('/v1/log:backup?gzip=true');
    expect(packed.headers.get('content-type')).toBe('application/gzip');
    expect(
      gunzipSync(Buffer.from(await packed.arrayBuffer())).toString(),
    ).toContain('"end":true');

    const keys = await (await get('/v1/log/subjectKeys:backup')).text();
    expect(keys).toContain('"end":true');
  });
});

it('declares its permissions and rules', async () => {
  const response = await get('/.well-known/backstage/permissions/metadata');
  const { permissions, rules } = await response.json();
  expect(permissions.map(({ name }: { name: string }) => name).sort()).toEqual([
    'eventstore.event.read',
    'eventstore.log.backup',
    'eventstore.log.verify',
    'eventstore.spooler.read',
    'eventstore.spooler.update',
  ]);
  expect(rules.map(({ name }: { name: string }) => name)).toEqual([
    'IS_ACTOR',
    'IN_INSTANCE',
    'HAS_AGGREGATE_TYPE',
    'IS_ABOUT_AGGREGATE',
  ]);
});
