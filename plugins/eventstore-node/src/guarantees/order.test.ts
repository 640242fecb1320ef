// G1: no reader skips or reorders an event, whatever writers do.
import {
  newAggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import {
  killNodeProcesses,
  startNodeProcess,
} from '../__testUtils__/nodeProcess';
import type { RaceWriterTask } from '../__testUtils__/processes/raceWriter';
import type { TailReaderTask } from '../__testUtils__/processes/tailReader';
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../__testUtils__/testDatabase';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';

jest.setTimeout(180_000);

const PROCESSES = 4;
const WRITERS_EACH = 4;
const APPENDS = Number(process.env.EVENTSTORE_RACE_APPENDS ?? 60);

describe('the order of the log (G1)', () => {
  let test: TestStore;
  let elsewhere: TestDatabase;
  let open: Knex.Transaction | undefined;

  beforeAll(async () => {
    test = await startTestStore({ database: await createTestDatabase() });
    elsewhere = await createEmptyDatabase();
  });

  afterAll(async () => {
    await killNodeProcesses();
    await open?.rollback();
    await elsewhere?.destroy();
    await test?.stop();
  });

  it(`is seen alike by readers while ${
    PROCESSES * WRITERS_EACH
  } writers race and a transaction stays open in another database`, async () => {
    const { connectionString } = test.database;
    // It has an id and a snapshot, so it would hold back readers that wait for
    // older transactions to end.
    await elsewhere.knex.schema.createTable('other', table =>
      table.integer('n'),
    );
    open = await elsewhere.knex.transaction();
    await open('other').insert({ n: 1 });

    const shared = [1, 2, 3].map(() => newAggregateId('house.door'));
    const readers = [
      startNodeProcess('tailReader', {
        connectionString,
        batchSize: 7,
      } satisfies TailReaderTask),
      startNodeProcess('tailReader', {
        connectionString,
        batchSize: 1_000,
        types: ['house.door.opened'],
      } satisfies TailReaderTask),
    ];
    const writers = Array.from({ length: PROCESSES }, (_, index) =>
      startNodeProcess('raceWriter', {
        connectionString,
        writers: WRITERS_EACH,
        appends: APPENDS,
        seed: 4_711 + index,
        shared,
      } satisfies RaceWriterTask),
    );
    await Promise.all(
      [...readers, ...writers].map(node => node.message('ready')),
    );
    writers.forEach(node => node.send({ go: true }));
    // One more reader, in this process.
    const own = followUntil(test, () =>
      writers.every(node => node.child.exitCode !== null),
    );

    const answers = await Promise.all(
      writers.map(node => node.message('done')),
    );
    await Promise.all(writers.map(node => node.ended));
    const stored = new Map<number, string>(
      answers.flatMap(({ stored: pairs }) => pairs),
    );
    const { position: head } = await test.store.log.head();
    readers.forEach(node => node.send({ until: head }));

    // What was acknowledged is all there is: no holes, nothing twice.
    expect(stored.size).toBe(head);
    expect([...stored.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: head }, (_, index) => index + 1),
    );
    // The race was one: appends were refused, and both nodes' batches mixed.
    const refused = answers.reduce((sum, answer) => sum + answer.refused, 0);
    expect(refused).toBeGreaterThan(0);

    const expected = Array.from({ length: head }, (_, index) => [
      index + 1,
      stored.get(index + 1),
    ]);
    for (const node of readers) {
      const { seen } = await node.message('done');
      expect(seen).toEqual(expected);
      await node.ended;
    }
    expect(await own).toEqual(expected);

    // Versions are dense as well (G2).
    const { rows } = await test.database.knex.raw(
      `select aggregate_id from events group by aggregate_id
        having max(version) <> count(*) or min(version) <> 1`,
    );
    expect(rows).toEqual([]);
    // Times never fall.
    const falls = await test.database.knex.raw(
      `select position from (select position, recorded_at,
          lag(recorded_at) over (order by position) as before from events) e
        where before > recorded_at`,
    );
    expect(falls.rows).toEqual([]);
    expect(open.isCompleted()).toBe(false);
  });
});

async function followUntil(test: TestStore, ended: () => boolean) {
  const seen: [number, string][] = [];
  let after = 0 as Position;
  for (;;) {
    const last = ended();
    const batch = await test.store.log.readBatch({ after, limit: 50 });
    batch.events.forEach(({ position, id }) => seen.push([position, id]));
    after = batch.through;
    if (last && batch.through === batch.head) {
      return seen;
    }
  }
}
