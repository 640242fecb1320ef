// G12: an altered log is detected, and the first event at fault is named.
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { Knex } from 'knex';
import { doorOpened, doorShut, toDoor } from '../__testUtils__/doorEvents';
import {
  randomMasterKey,
  startTestStore,
  type TestStore,
} from '../__testUtils__/testStore';
import { openHead, signHead } from './sealHead';
import { SigningKeys } from './SigningKeys';
import { verifyLog } from './verifyLog';

jest.setTimeout(60_000);

const EVENTS = 2_300;

describe('sealing', () => {
  let test: TestStore;
  let knex: Knex;
  const sealed: number[] = [];

  beforeAll(async () => {
    test = await startTestStore();
    knex = test.database.knex;
    for (let stored = 0; stored < EVENTS; stored += 100) {
      await test.store.log.append(
        toDoor(
          newAggregateId('house.door'),
          0,
          Array.from({ length: 100 }, (_, index) =>
            index % 2 ? doorShut.of({}) : doorOpened.of({ hand: 'left' }),
          ),
        ),
      );
    }
    // Two full blocks and the rest; then 5 events nobody has sealed.
    sealed.push(await test.store.seal(), await test.store.seal());
    await test.store.log.append(
      toDoor(
        newAggregateId('house.door'),
        0,
        Array.from({ length: 5 }, () => doorShut.of({})),
      ),
    );
  });

  afterAll(async () => {
    await test?.stop();
  });

  it('finds nothing in a log that is as it was', async () => {
    expect(sealed).toEqual([3, 0]);
    await expect(test.store.verify()).resolves.toEqual({
      events: EVENTS,
      blocks: 3,
      unsealed: 5,
      head: { block: 3, hash: expect.any(String) },
    });
  });

  /** Tampers, verifies, and takes it back. */
  async function afterTampering(
    tamper: (transaction: Knex.Transaction) => Promise<unknown>,
    options: Partial<Parameters<typeof verifyLog>[1]> = {},
  ) {
    const keys = await test.store.sealingKeys();
    const transaction = await knex.transaction();
    try {
      await tamper(transaction);
      return await verifyLog(transaction, { keys, ...options });
    } finally {
      await transaction.rollback();
    }
  }

  const columns: [string, unknown][] = [
    ['instance', 'elsewhere'],
    ['aggregate_id', 'house.door/01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e'],
    ['version', 4711],
    ['type', 'house.door.painted'],
    ['revision', 9],
    ['event_id', '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e'],
    ['actor', '{"kind":"user","id":"mallory"}'],
    ['actor_key', 'user:mallory'],
    ['context', '{"plugin":"other"}'],
    ['correlation_id', 'another'],
    ['recorded_at', '2020-01-01T00:00:00Z'],
    ['payload', '{"slammed": false}'], // one blank more
  ];

  it.each(columns)(
    'names an event whose %s was altered',
    async (column, value) => {
      const verification = await afterTampering(transaction =>
        transaction('events')
          .where({ position: 1_234 })
          .update({ [column]: value }),
      );
      expect(verification.fault).toEqual({
        kind: 'altered',
        position: 1_234,
        block: 2,
        message: 'Event 1234 was altered',
      });
      expect(verification).toMatchObject({ events: 1_000, blocks: 1 });
    },
  );

  it('names an event that was taken out', async () => {
    const { fault } = await afterTampering(transaction =>
      transaction('events').where({ position: 77 }).delete(),
    );
    expect(fault).toMatchObject({ kind: 'missing', position: 77, block: 1 });
  });

  /** Moves all events after a position by one place. */
  async function shift(
    transaction: Knex.Transaction,
    after: number,
    by: 1 | -1,
  ) {
    await transaction('events')
      .where('position', '>', after)
      .update({ position: knex.raw('-position') });
    await transaction('events')
      .where('position', '<', 0)
      .update({ position: knex.raw('-position + ?', [by]) });
  }

  it('names an event that was taken out when the rest moved up', async () => {
    const { fault } = await afterTampering(async transaction => {
      await transaction('events').where({ position: 1_500 }).delete();
      await shift(transaction, 1_500, -1);
    });
    expect(fault).toMatchObject({ kind: 'missing', position: 1_500, block: 2 });
  });

  it('names an event that was put in between', async () => {
    const { fault } = await afterTampering(async transaction => {
      await shift(transaction, 1_499, 1);
      await transaction.raw(
        `insert into events select 1500, instance, aggregate_id, version + 9000,
          type, revision, gen_random_uuid(), actor, actor_key, context,
          correlation_id, recorded_at, payload from events where position = 3`,
      );
    });
    expect(fault).toMatchObject({
      kind: 'inserted',
      position: 1_500,
      block: 2,
    });
  });

  it('names the first of two events that changed places', async () => {
    const { fault } = await afterTampering(async transaction => {
      for (const [from, to] of [
        [10, -1],
        [11, 10],
        [-1, 11],
      ]) {
        await transaction('events')
          .where({ position: from })
          .update({ position: to });
      }
    });
    expect(fault).toMatchObject({ position: 10, block: 1 });
  });

  it('names a hole or an intruder behind the last seal', async () => {
    const hole = await afterTampering(transaction =>
      transaction('events')
        .where({ position: EVENTS + 3 })
        .delete(),
    );
    expect(hole.fault).toMatchObject({
      kind: 'missing',
      position: EVENTS + 3,
    });
    const first = await afterTampering(transaction =>
      transaction('events')
        .where({ position: EVENTS + 1 })
        .delete(),
    );
    expect(first.fault).toMatchObject({
      kind: 'missing',
      position: EVENTS + 1,
    });
    const before = await afterTampering(transaction =>
      transaction('events')
        .where({ position: EVENTS + 5 })
        .update({ position: -4 }),
    );
    expect(before.fault).toMatchObject({ kind: 'inserted', position: -4 });
  });

  it('notices when seals are altered, removed, or made with another key', async () => {
    const altered = await afterTampering(async transaction => {
      // Event and leaf changed together, as a careful forger would.
      await transaction('events')
        .where({ position: 5 })
        .update({ payload: '{"slammed":true}' });
      await transaction.raw(
        `update seals set leaves = set_byte(leaves, 130, 1) where block = 1`,
      );
    });
    expect(altered.fault).toMatchObject({ kind: 'seal', block: 1 });

    const removed = await afterTampering(transaction =>
      transaction('seals').where({ block: 2 }).delete(),
    );
    expect(removed.fault).toMatchObject({ kind: 'seal', block: 2 });

    const foreign = await afterTampering(async transaction => {
      const forger = new SigningKeys({
        knex: transaction,
        masterKey: randomMasterKey('mallory'),
      });
      const { kid } = await forger.rotate();
      const { privateKey } = await forger.current();
      const { head } = await transaction('seals').where({ block: 3 }).first();
      const keys = await test.store.sealingKeys();
      const [[known, jwk]] = [...keys] as [[string, JWK]];
      const key = (await importJWK(jwk, 'ES256')) as CryptoKey;
      const said = await openHead(head, asked =>
        asked === known ? key : undefined,
      );
      await transaction('seals')
        .where({ block: 3 })
        .update({ head: await signHead(said, { kid, privateKey }) });
    });
    expect(foreign.fault).toMatchObject({
      kind: 'seal',
      block: 3,
      message: expect.stringContaining('is not trusted'),
    });
  });

  it('notices a log that was cut off, if a head is known from elsewhere', async () => {
    const { head } = await test.store.verify();
    const cut = (transaction: Knex.Transaction) =>
      Promise.all([
        transaction('events').where('position', '>', 2_000).delete(),
        transaction('seals').where('block', '>', 2).delete(),
      ]);
    const blind = await afterTampering(cut);
    expect(blind.fault).toBeUndefined();
    const anchored = await afterTampering(cut, { anchor: head });
    expect(anchored.fault).toMatchObject({ kind: 'cut', block: 3 });
    const other = await afterTampering(async () => {}, {
      anchor: { block: 2, hash: head!.hash },
    });
    expect(other.fault).toMatchObject({ kind: 'seal', block: 2 });
    const same = await afterTampering(async () => {}, { anchor: head });
    expect(same.fault).toBeUndefined();
  });

  it('verifies with public keys only, also after the key was changed', async () => {
    await test.store.rotateSealingKey();
    expect(await test.store.seal()).toBe(1);
    const keys = await test.store.sealingKeys();
    expect(keys.size).toBe(2);
    expect(JSON.stringify([...keys])).not.toMatch(/"d":/);
    const verification = await verifyLog(knex, { keys });
    expect(verification).toMatchObject({ blocks: 4, unsealed: 0 });
    expect(verification.fault).toBeUndefined();
  });

  it('seals each event once when nodes race', async () => {
    await test.store.log.append(
      toDoor(
        newAggregateId('house.door'),
        0,
        Array.from({ length: 3_000 }, () => doorShut.of({})),
      ),
    );
    const nodes = await Promise.all([
      test.another(),
      test.another(),
      test.another(),
    ]);
    await Promise.all(nodes.map(node => node.seal()));
    await test.store.seal();
    const verification = await test.store.verify();
    expect(verification.fault).toBeUndefined();
    expect(verification).toMatchObject({ blocks: 7, unsealed: 0 });
  });
});
