import {
  newAggregateId,
  newEventId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import {
  door,
  doorOpened,
  doorShut,
  home,
  toDoor,
} from '../__testUtils__/doorEvents';
import {
  createTestDatabase,
  type TestDatabase,
} from '../__testUtils__/testDatabase';
import { EventStore } from '../service/EventStore';
import type { PostgresEventLog } from './PostgresEventLog';

jest.setTimeout(60_000);

describe('PostgresEventLog', () => {
  let database: TestDatabase;
  let store: EventStore;
  let log: PostgresEventLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    store = await EventStore.start({ knex: database.knex });
    store.register(door.events);
    log = store.log;
  });

  afterAll(async () => {
    await store?.stop();
    await database?.destroy();
  });

  it('appends and reads back', async () => {
    const id = newAggregateId('house.door');
    const first = await log.append(
      toDoor(id, 0, [doorOpened.of({ hand: 'left' }), doorShut.of({})]),
    );
    expect(first.events.map(event => event.version)).toEqual([1, 2]);
    const events = await log.readAggregate(id);
    expect(events).toMatchObject([
      { position: 1, version: 1, type: 'house.door.opened', instance: home },
      { position: 2, version: 2, payload: { slammed: false } },
    ]);
    const head = await log.head();
    expect(head).toEqual({ position: 2, recordedAt: first.recordedAt });
    await expect(log.readBatch({ after: 0 as Position })).resolves.toEqual({
      events,
      through: 2,
      head: 2,
    });
    await expect(log.append(toDoor(id, 0, [doorShut.of({})]))).rejects.toThrow(
      expect.objectContaining({ code: 'eventstore.wrong_version', actual: 2 }),
    );
    const shut = doorShut.of({ slammed: true }, newEventId());
    const answer = await log.append(toDoor(id, 2, [shut]));
    await expect(log.append(toDoor(id, 2, [shut]))).resolves.toEqual({
      ...answer,
      duplicate: true,
    });
  });
});
