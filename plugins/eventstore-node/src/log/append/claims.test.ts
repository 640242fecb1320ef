// What is unique: values that aggregates claim together with their events.
import {
  newAggregateId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { doorNumber, doorOpened, toDoor } from '../../__testUtils__/doorEvents';
import { reasonsOf, valuesOf } from '../../__testUtils__/settled';
import { startTestStore, type TestStore } from '../../__testUtils__/testStore';
import type { EventLog } from '../EventLog';

jest.setTimeout(60_000);

const newDoor = () => newAggregateId('house.door');
const opened = () => doorOpened.of({ hand: 'left' });
const code = (expected: string, more: object = {}) =>
  expect.objectContaining({ code: `eventstore.${expected}`, ...more });

describe('claims of an append', () => {
  let test: TestStore;
  let log: EventLog;

  beforeAll(async () => {
    test = await startTestStore();
    log = test.store.log;
  });

  afterAll(async () => {
    await test?.stop();
  });

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
    const row = await test.database.knex('claims').where({ owner: id }).first();
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
