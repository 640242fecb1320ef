// What callers notice when the database goes away: as little as can be.
import {
  newAggregateId,
  newEventId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { doorOpened, toDoor } from '../../__testUtils__/doorEvents';
import { startTestStore, type TestStore } from '../../__testUtils__/testStore';
import type { EventLog } from '../EventLog';

jest.setTimeout(60_000);

const newDoor = () => newAggregateId('house.door');
const opened = () => doorOpened.of({ hand: 'left' });
const code = (expected: string, more: object = {}) =>
  expect.objectContaining({ code: `eventstore.${expected}`, ...more });

describe('an append while the database cannot be reached', () => {
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
});
