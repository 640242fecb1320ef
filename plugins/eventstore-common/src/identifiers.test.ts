import {
  actor,
  actorKey,
  aggregateId,
  aggregateTypeOf,
  aggregateTypeOfEvent,
  aggregateUuidOf,
  eventContextSchema,
  eventId,
  eventType,
  instanceId,
  newAggregateId,
  newEventId,
  parseArgument,
  position,
  version,
} from '.';

const uuid = '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e';

describe('identifiers', () => {
  it('are made, taken apart and checked', () => {
    const id = newAggregateId('iam.user');
    expect(aggregateId(id)).toBe(id);
    expect(aggregateTypeOf(id)).toBe('iam.user');
    expect(`iam.user/${aggregateUuidOf(id)}`).toBe(id);
    expect(aggregateTypeOfEvent(eventType('iam.user.locked'))).toBe('iam.user');
    expect(eventId(newEventId())).toHaveLength(36);
    expect(instanceId('default')).toBe('default');
    expect(instanceId(uuid)).toBe(uuid);
  });

  it('of new things rise with time', () => {
    const ids = Array.from({ length: 1_000 }, () => newEventId());
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1_000);
  });

  it.each([
    [
      'position',
      position,
      [0, 1, 2 ** 53 - 1],
      [-1, 0.5, 2 ** 53, NaN, '1', null],
    ],
    ['version', version, [0, 1], [-1, Infinity, 1n]],
    [
      'instance',
      instanceId,
      ['a', 'a-b', '0', 'x'.repeat(63)],
      ['', '-a', 'a-', 'A', 'ä', 'a b', 'x'.repeat(64), 7],
    ],
    [
      'aggregateId',
      aggregateId,
      [`iam.user/${uuid}`, `a.b_c/${uuid}`],
      [
        uuid,
        `user/${uuid}`,
        `iam.user/${uuid.toUpperCase()}`,
        `iam.user/${uuid}x`,
        `iam.user/${uuid}\n`,
        `iam.User/${uuid}`,
        `iam..user/${uuid}`,
        `iam.user_/${uuid}`,
        'iam.user/',
      ],
    ],
    [
      'type',
      eventType,
      ['iam.user.locked', 'iam.user.e_mail_changed', 'a1.b2.c3'],
      ['iam.user', 'iam.user.Locked', 'iam.user.locked.twice', 'iam.user.', ''],
    ],
    ['id', eventId, [uuid], [uuid.toUpperCase(), 'x', uuid.slice(1), 5]],
  ])('%s is checked', (field, check, good, bad) => {
    for (const value of good) {
      expect(check(value)).toBe(value);
    }
    for (const value of bad) {
      expect(() => check(value)).toThrow(
        expect.objectContaining({
          code: 'eventstore.bad_argument',
          field,
          status: 400,
        }),
      );
    }
  });
});

describe('actor', () => {
  it('has a key for each of its kinds', () => {
    expect(actorKey(actor({ kind: 'user', id: 'u' }))).toBe('user:u');
    expect(
      actorKey(actor({ kind: 'outside', provider: 'github', id: 'octocat' })),
    ).toBe('outside:github:octocat');
    expect(
      actor({ kind: 'machine', id: 'm', onBehalfOf: 'iam.user/1' }),
    ).toHaveProperty('onBehalfOf');
  });

  it.each([
    [undefined, 'actor'],
    [{ kind: 'user' }, 'actor.id'],
    [{ kind: 'robot', id: 'x' }, 'actor.kind'],
    [{ kind: 'user', id: 'x', name: 'Ann' }, 'actor'],
    [{ kind: 'outside', id: 'x' }, 'actor.provider'],
    [{ kind: 'user', id: 'a\nb' }, 'actor.id'],
  ])('refuses %j', (value, field) => {
    expect(() => actor(value)).toThrow(expect.objectContaining({ field }));
  });
});

describe('context', () => {
  it('takes what a request has, and nothing else', () => {
    const good = {
      plugin: 'iam',
      ip: '::1',
      traceId: 'a'.repeat(32),
      causationId: uuid,
    };
    expect(parseArgument(eventContextSchema, good, 'context')).toEqual(good);
    for (const [value, field] of [
      [{}, 'context.plugin'],
      [{ plugin: 'iam', ip: 'localhost' }, 'context.ip'],
      [{ plugin: 'iam', cookie: 'x' }, 'context'],
      [{ plugin: 'iam', causationId: 'x' }, 'context.causationId'],
    ] as const) {
      expect(() => parseArgument(eventContextSchema, value, 'context')).toThrow(
        expect.objectContaining({ field }),
      );
    }
  });
});
