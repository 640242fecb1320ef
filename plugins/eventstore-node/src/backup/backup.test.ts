import { createGunzip, createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { newAggregateId, START } from '@callboard/plugin-eventstore-common';
import {
  bellName,
  door,
  doorNumber,
  doorOpened,
  doorShut,
  doorSigned,
  toDoor,
} from '../__testUtils__/doorEvents';
import {
  createTestDatabase,
  type TestDatabase,
} from '../__testUtils__/testDatabase';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { EventStore } from '../service/EventStore';
import { backupLog } from './backup';
import { restoreLog, restoreSubjectKeys } from './restore';

jest.setTimeout(60_000);

describe('backup and restore', () => {
  let test: TestStore;
  let target: TestDatabase;
  let backup: string;

  beforeAll(async () => {
    test = await startTestStore();
    const { log } = test.store;
    for (let count = 0; count < 30; count++) {
      const id = newAggregateId('house.door');
      await log.append(
        toDoor(
          id,
          0,
          [
            doorSigned.of({
              name: `Person ${count} \u2028 "äöü" 😀`,
              floor: count,
            }),
            ...Array.from({ length: 50 }, () => doorShut.of({})),
            doorOpened.of({ hand: 'left', note: 'a\nb\\n\u0000' }),
          ],
          {
            claims: [
              doorNumber.claim(String(count)),
              bellName.claim(`Person ${count}`),
            ],
          },
        ),
      );
    }
    await test.store.seal();
    backup = await textOf(test.store.backup());
    target = await createTestDatabase();
  });

  /** Makes the database as it was. */
  async function emptyTarget() {
    await target.knex.raw(
      'truncate events, claims, seals, signing_keys, secrets, subject_keys',
    );
  }

  afterEach(emptyTarget);

  afterAll(async () => {
    await target?.destroy();
    await test?.stop();
  });

  it('brings back every byte, claims and seals included', async () => {
    // Through gzip, and cut into pieces anywhere.
    const compressed = Readable.from([backup]).pipe(createGzip());
    const pieces = compressed.pipe(createGunzip({ chunkSize: 777 }));
    await expect(restoreLog(target.knex, pieces)).resolves.toEqual({
      events: 30 * 52,
      claims: 60,
      seals: 2,
    });
    await restoreSubjectKeys(target.knex, test.store.backupSubjectKeys());

    const restored = await EventStore.start({
      knex: target.knex,
      masterKey: test.masterKey,
      seal: false,
    });
    restored.register(door.events);
    const all = async (store: EventStore) => {
      const events = [];
      for await (const batch of store.log.readAll({ after: START })) {
        events.push(...batch.events);
      }
      return events;
    };
    expect(await all(restored)).toEqual(await all(test.store));
    for (const table of ['events', 'claims', 'seals', 'subject_keys']) {
      const rows = async ({ knex }: TestDatabase) =>
        (await knex.raw('select t::text as row from ?? t order by 1', [table]))
          .rows;
      expect(await rows(target)).toEqual(await rows(test.database));
    }
    expect((await restored.verify()).fault).toBeUndefined();

    // It is another incarnation, and goes on where the backup ended.
    expect(await restored.log.incarnation()).not.toBe(
      await test.store.log.incarnation(),
    );
    await expect(
      restored.log.append(
        toDoor(newAggregateId('house.door'), 0, [doorShut.of({})], {
          claims: [bellName.claim('PERSON 7')],
        }),
      ),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'eventstore.claim_taken' }),
    );
    const next = await restored.log.append(
      toDoor(newAggregateId('house.door'), 0, [doorShut.of({})]),
    );
    expect(next.position).toBe(30 * 52 + 1);
    await restored.stop();
  });

  it('makes the same text of what it restored', async () => {
    await restoreLog(target.knex, sourceOf(backup));
    const body = (text: string) => text.split('\n').slice(1, -2);
    expect(body(await textOf(backupLog(target.knex)))).toEqual(body(backup));
  });

  it('backs up an empty log', async () => {
    const text = await textOf(backupLog(target.knex));
    await expect(restoreLog(target.knex, sourceOf(text))).resolves.toEqual({
      events: 0,
      claims: 0,
      seals: 0,
    });
  });

  const lines = () => backup.split('\n').slice(0, -1);
  const damaged: [string, () => string, RegExp][] = [
    ['nothing', () => '', /Line 1: the backup is cut off/],
    ['another format', () => '{"format":"zip"}\n', /Line 1: is not what/],
    [
      'no JSON',
      () => lines().with(4, 'oops').join('\n'),
      /Line 5: is not JSON/,
    ],
    [
      'cut off between lines',
      () => lines().slice(0, 100).join('\n'),
      /Line 101: the backup is cut off/,
    ],
    ['cut off within a line', () => backup.slice(0, 9_000), /is not JSON/],
    [
      'an event taken out',
      () => lines().toSpliced(3, 1).join('\n'),
      /Line 4: event 3 is missing/,
    ],
    [
      'a byte changed',
      () => backup.replace('"floor\\":7', '"floor\\":8'),
      /the backup was altered or is incomplete/,
    ],
    [
      'a column taken out',
      () => {
        const fields = JSON.parse(lines()[8]!);
        return lines()
          .with(8, JSON.stringify(fields.slice(0, -1)))
          .join('\n');
      },
      /Line 9: has not the columns of a event/,
    ],
    [
      'a wrong value',
      () => {
        const fields = JSON.parse(lines()[8]!).with(7, 'no uuid');
        return lines().with(8, JSON.stringify(fields)).join('\n');
      },
      /invalid input syntax for type uuid/,
    ],
    [
      'an unknown kind',
      () => lines().with(1, '["spell","x"]').join('\n'),
      /Line 2: has the unknown kind 'spell'/,
    ],
    [
      'something after the end',
      () => `${backup}["event"]\n`,
      /comes after the end/,
    ],
  ];

  it.each(damaged)(
    'refuses a backup with %s and leaves the database empty',
    async (_name, text, message) => {
      await expect(restoreLog(target.knex, sourceOf(text()))).rejects.toThrow(
        message,
      );
      await expect(restoreLog(target.knex, sourceOf(text()))).rejects.toThrow(
        expect.objectContaining({ code: 'eventstore.restore_failed' }),
      );
      for (const table of ['events', 'claims', 'seals', 'signing_keys']) {
        expect(await target.knex(table).select()).toEqual([]);
      }
    },
  );

  it('refuses a database that is not empty', async () => {
    await restoreLog(target.knex, sourceOf(backup));
    await expect(restoreLog(target.knex, sourceOf(backup))).rejects.toThrow(
      'is not empty',
    );
  });

  it('refuses the one kind of backup where the other belongs', async () => {
    await expect(
      restoreLog(target.knex, test.store.backupSubjectKeys()),
    ).rejects.toThrow("not a 'callboard-eventstore' one");
    await expect(
      restoreSubjectKeys(target.knex, sourceOf(backup)),
    ).rejects.toThrow("not a 'callboard-eventstore-keys' one");
  });
});

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
  }
  return text;
}

async function* sourceOf(text: string) {
  yield text;
}
