// G13: an erased person is unreadable everywhere.
import {
  ERASED,
  newAggregateId,
  newEventId,
  START,
} from '@callboard/plugin-eventstore-common';
import {
  ann,
  bellName,
  door,
  doorOpened,
  doorSigned,
  fromTests,
  home,
  toDoor,
} from '../__testUtils__/doorEvents';
import { createTestDatabase } from '../__testUtils__/testDatabase';
import {
  randomMasterKey,
  startTestStore,
  type TestStore,
} from '../__testUtils__/testStore';
import { restoreLog, restoreSubjectKeys } from '../backup/restore';
import { EventStore } from '../service/EventStore';
import { eraseSubject, tellErasures } from './eraseSubject';
import { localMasterKey } from './MasterKey';

jest.setTimeout(60_000);

const cause = { instance: home, actor: ann, context: fromTests };

describe('personal data', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await startTestStore();
  });

  afterAll(async () => {
    await test?.stop();
  });

  async function sign(name: string) {
    const id = newAggregateId('house.door');
    await test.store.log.append(
      toDoor(id, 0, [doorSigned.of({ name, floor: 3 })], {
        claims: [bellName.claim(name)],
      }),
    );
    return id;
  }

  async function everythingStored(): Promise<string> {
    const tables = ['events', 'claims', 'subject_keys', 'secrets'];
    const rows = await Promise.all(
      tables.map(table => test.database.knex(table).select()),
    );
    return JSON.stringify(rows);
  }

  it('is not in the database in clear, and comes back when read', async () => {
    const id = await sign('Zaphod Beeblebrox');
    expect(await everythingStored()).not.toMatch(/zaphod/i);
    const [event] = await test.store.log.readAggregate(id);
    expect(event!.payload).toEqual({ name: 'Zaphod Beeblebrox', floor: 3 });
  });

  it('compares personal claims by their digest', async () => {
    await sign('Trillian');
    await expect(sign('  TRILLIAN ')).rejects.toThrow(
      expect.objectContaining({
        code: 'eventstore.claim_taken',
        value: 'trillian',
      }),
    );
  });

  it('is from where somebody acted, too', async () => {
    const person = { kind: 'user', id: 'iam.user/arthur' } as const;
    const context = {
      ...fromTests,
      ip: '198.51.100.77',
      userAgent: 'Sub-Etha/4.2',
      correlationId: 'towel',
    };
    const id = newAggregateId('house.door');
    const open = (expected: number) =>
      test.store.log.append(
        toDoor(id, expected, [doorOpened.of({ hand: 'left' })], {
          actor: person,
          context,
        }),
      );
    await open(0);
    expect(await everythingStored()).not.toMatch(/198\.51\.100\.77|Sub-Etha/);
    const other = await test.another();
    const contexts = async () => {
      const { events } = await other.log.readPage({
        filter: { aggregateId: id },
      });
      const [first] = await other.log.readAggregate(id);
      const event = await other.log.readEvent(first!.id);
      return [...events, first!, event!].map(found => found.context);
    };
    expect(await contexts()).toEqual([context, context, context]);

    // Machines do without, unless they ask for it.
    const { ip: _ip, userAgent: _agent, ...machines } = context;
    const after = ((await test.store.log.positionOf(id)) - 1) as never;
    const batch = await other.log.readBatch({ after });
    expect(batch.events[0]!.context).toEqual(machines);
    const full = await other.log.readBatch({ after, personalContext: true });
    expect(full.events[0]!.context).toEqual(context);

    // People may erase themselves; what they did goes on without a trace.
    await test.store.eraseSubject(person.id, {
      instance: home,
      actor: person,
      context,
    });
    expect(await contexts()).toEqual([machines, machines, machines]);
    await open(1);
    expect(await contexts()).toEqual(Array(4).fill(machines));
    expect(await everythingStored()).not.toMatch(/198\.51\.100\.77|Sub-Etha/);
  });

  it('is not what a machine is, unless it acts for somebody', async () => {
    const context = { ...fromTests, ip: '198.51.100.78' };
    const id = newAggregateId('house.door');
    await test.store.log.append(
      toDoor(id, 0, [doorOpened.of({ hand: 'left' })], {
        actor: { kind: 'machine', id: 'robot' },
        context,
      }),
    );
    await test.store.log.append(
      toDoor(id, 1, [doorOpened.of({ hand: 'left' })], {
        actor: { kind: 'machine', id: 'robot', onBehalfOf: 'iam.user/ford' },
        context,
      }),
    );
    const rows = await test.database
      .knex('events')
      .where({ aggregate_id: id })
      .orderBy('version')
      .pluck('context');
    expect(rows).toMatchObject([
      { ip: '198.51.100.78' },
      { $personal: { subject: 'iam.user/ford', fields: ['ip'] } },
    ]);
    expect(rows[1]).not.toHaveProperty('ip');
  });

  it('is unreadable once the subject is erased: log, other nodes, claims, old backups', async () => {
    const id = await sign('Slartibartfast');
    const other = await test.another();
    // Both nodes have the key in memory.
    for (const node of [test.store, other]) {
      expect((await node.log.readAggregate(id))[0]!.payload).toMatchObject({
        name: 'Slartibartfast',
      });
    }
    let oldBackup = '';
    for await (const text of test.store.backup()) {
      oldBackup += text;
    }
    let oldKeys = '';
    for await (const text of test.store.backupSubjectKeys()) {
      oldKeys += text;
    }
    expect(oldBackup).not.toMatch(/slartibartfast/i);

    const position = await test.store.eraseSubject(id, cause);

    for (const node of [test.store, other]) {
      const [signed] = await node.log.readAggregate(id);
      expect(signed!.payload).toEqual({ name: ERASED, floor: 3 });
      const found = await node.log.readEvent(signed!.id);
      expect(found!.payload).toEqual({ name: ERASED, floor: 3 });
      const page = await node.log.readPage({ filter: { aggregateId: id } });
      expect(page.events[0]!.payload).toEqual({ name: ERASED, floor: 3 });
      for await (const { events } of node.log.readAll({ after: START })) {
        expect(JSON.stringify(events)).not.toMatch(/slartibartfast/i);
      }
    }
    const { events } = await test.store.log.readPage({ limit: 1 });
    expect(events[0]).toMatchObject({
      position,
      type: 'eventstore.subject.erased',
      payload: { subject: id },
      actor: ann,
    });

    // From a backup taken before, with the keys as they are now.
    const restored = await createTestDatabase();
    try {
      await restoreLog(restored.knex, toSource(oldBackup));
      await restoreSubjectKeys(restored.knex, test.store.backupSubjectKeys());
      const store = await EventStore.start({
        knex: restored.knex,
        masterKey: test.masterKey,
        seal: false,
      });
      store.register(door.events);
      const [signed] = await store.log.readAggregate(id);
      expect(signed!.payload).toEqual({ name: ERASED, floor: 3 });
      // Others are still readable there.
      const page = await store.log.readPage({
        filter: { instance: home, types: ['house.door.signed'] },
      });
      expect(JSON.stringify(page.events)).toMatch(/Zaphod/);
      await store.stop();
    } finally {
      await restored.destroy();
    }

    // A log that tells of the erasure, with keys from before it.
    const late = await createTestDatabase();
    try {
      await restoreLog(late.knex, test.store.backup());
      await restoreSubjectKeys(late.knex, toSource(oldKeys));
      const row = await late
        .knex('subject_keys')
        .where({ subject: id })
        .first();
      expect(row).toMatchObject({ wrapped_key: null, master_key_id: null });
      expect(row.erased_at).toBeInstanceOf(Date);
    } finally {
      await late.destroy();
    }
  });

  it('cannot be stored again for an erased subject', async () => {
    const id = await sign('Marvin');
    await test.store.eraseSubject(id, cause);
    await expect(
      test.store.log.append(
        toDoor(id, 1, [doorSigned.of({ name: 'Marvin', floor: 1 })]),
      ),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'eventstore.subject_erased' }),
    );
    // What is not personal goes on.
    await test.store.log.append(
      toDoor(id, 1, [doorOpened.of({ hand: 'left' })]),
    );
  });

  it('tells of an erasure once, even when a crash came in between', async () => {
    const id = await sign('Ford');
    const crashed = {
      knex: test.database.knex,
      log: { append: () => Promise.reject(new Error('crash')) } as never,
    };
    await expect(eraseSubject(crashed, id, cause)).rejects.toThrow('crash');
    // Unreadable before anything is told.
    expect((await test.store.log.readAggregate(id))[0]!.payload).toMatchObject({
      name: ERASED,
    });
    const store = { knex: test.database.knex, log: test.store.log };
    await expect(tellErasures(store)).resolves.toBe(1);
    await expect(tellErasures(store)).resolves.toBe(0);
    const first = await test.store.eraseSubject(id, cause);
    await expect(test.store.eraseSubject(id, cause)).resolves.toBe(first);
    const { events } = await test.store.log.readPage({
      filter: { instance: home, types: ['eventstore.subject.erased'] },
    });
    expect(
      events.filter(
        event => (event.payload as { subject: string }).subject === id,
      ),
    ).toHaveLength(1);
  });

  it('does not decrypt what was moved to another event', async () => {
    const [one, two] = [await sign('Agrajag'), await sign('Fenchurch')];
    const payloadOf = async (id: string) =>
      (await test.database.knex('events').where({ aggregate_id: id }).first())
        .payload;
    const stolen = await payloadOf(one);
    const own = await payloadOf(two);
    await test.database
      .knex('events')
      .where({ aggregate_id: two })
      .update({
        payload: JSON.stringify({ ...own, $personal: stolen.$personal }),
      });
    const unreadable: unknown[] = [];
    const [event] = await test.database.knex('events').where({
      aggregate_id: two,
    });
    await test.store.log.readBatch({
      after: (Number(event.position) - 1) as never,
      onUnreadable: found => unreadable.push(found.error.message),
      limit: 1,
    });
    expect(unreadable).toEqual([
      `The personal fields of event ${event.event_id} cannot be decrypted`,
    ]);
    await expect(test.store.log.readAggregate(two)).rejects.toThrow(
      'cannot be decrypted',
    );
    await test.database
      .knex('events')
      .where({ aggregate_id: two })
      .update({ payload: JSON.stringify(own) });
  });

  it('refuses personal data without a master key, and says which setting', async () => {
    const store = await EventStore.start({ knex: test.database.knex });
    store.register(door.events);
    const id = newAggregateId('house.door');
    await expect(
      store.log.append(
        toDoor(id, 0, [doorSigned.of({ name: 'Eddie', floor: 1 })]),
      ),
    ).rejects.toThrow(/set eventstore.masterKeys or .*CALLBOARD_MASTER_KEY/);
    await expect(
      store.log.append(
        toDoor(id, 0, [doorOpened.of({ hand: 'left' }, newEventId())]),
      ),
    ).resolves.toMatchObject({ duplicate: false });
    await store.stop();
  });

  it('reads with an older master key what was stored with it', async () => {
    const id = await sign('Lunkwill');
    const another = await EventStore.start({
      knex: test.database.knex,
      masterKey: randomMasterKey('new'),
      seal: false,
    });
    another.register(door.events);
    await expect(another.log.readAggregate(id)).rejects.toThrow(
      "There is no master key 'test'",
    );
    await another.stop();
  });
});

describe('localMasterKey', () => {
  it('decrypts with every key it has and encrypts with the first', async () => {
    const [a, b] = ['a', 'b'].map(letter => ({
      id: letter,
      secret: Buffer.alloc(32, letter).toString('base64'),
    }));
    const key = Buffer.alloc(32, 7);
    const old = await localMasterKey([a!]).wrap(key, 'x');
    const both = localMasterKey([b!, a!]);
    await expect(both.unwrap(old, 'x')).resolves.toEqual(key);
    await expect(both.unwrap(old, 'y')).rejects.toThrow();
    await expect(both.wrap(key, 'x')).resolves.toMatchObject({
      masterKeyId: 'b',
    });
  });

  it.each([
    ['short', [{ id: 'a', secret: 'c2hvcnQ=' }], 'masterKeys.0.secret'],
    [
      'twice',
      [1, 2].map(() => ({
        id: 'a',
        secret: Buffer.alloc(32).toString('base64'),
      })),
      'masterKeys.1.id',
    ],
    ['none', [], 'masterKeys'],
  ])('refuses a %s key', (_name, keys, field) => {
    expect(() => localMasterKey(keys)).toThrow(
      expect.objectContaining({ field, code: 'eventstore.bad_argument' }),
    );
  });
});

async function* toSource(text: string) {
  yield text;
}
