// G4: a retried append has one effect and the same answer.
import {
  newAggregateId,
  newEventId,
} from '@callboard/plugin-eventstore-common';
import {
  doorNumber,
  doorOpened,
  doorShut,
  toDoor,
} from '../../__testUtils__/doorEvents';
import { startTestStore, type TestStore } from '../../__testUtils__/testStore';
import type { EventLog } from '../EventLog';

jest.setTimeout(60_000);

const newDoor = () => newAggregateId('house.door');
const opened = () => doorOpened.of({ hand: 'left' });
const code = (expected: string, more: object = {}) =>
  expect.objectContaining({ code: `eventstore.${expected}`, ...more });

describe('an append with the same event ids again (G4)', () => {
  let test: TestStore;
  let log: EventLog;

  beforeAll(async () => {
    test = await startTestStore();
    log = test.store.log;
  });

  afterAll(async () => {
    await test?.stop();
  });

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
