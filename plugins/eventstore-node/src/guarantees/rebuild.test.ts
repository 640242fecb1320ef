// G6: a view equals a fresh rebuild of itself, byte for byte.
import fc from 'fast-check';
import {
  catchUp,
  histories,
  newDoors,
  perform,
  withDoors,
} from '../__testUtils__/doorHistories';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { compareWithRebuild } from '../testing/compareWithRebuild';

jest.setTimeout(180_000);

const HISTORIES = Number(process.env.EVENTSTORE_HISTORIES ?? 12);

describe('a view and its rebuild (G6)', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await startTestStore();
  });

  afterAll(async () => {
    await test?.stop();
  });

  it('are equal, whatever the batches were', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 5 }),
        async (pieces, batchSize, keepRows) => {
          const ids = newDoors();
          // Piece by piece in small batches ...
          await withDoors(test, { batchSize, keepRows }, async node => {
            for (const piece of pieces) {
              await perform(test, ids, piece);
              await catchUp(test, node);
            }
          });
          // ... and all at once.
          await withDoors(test, {}, async node => {
            const { before, after } = await compareWithRebuild(
              node.spoolers,
              'doors',
            );
            expect(after).toEqual(before);
          });
        },
      ),
      { numRuns: HISTORIES, endOnFailure: true },
    );
    // It was about something.
    const { rows } = await test.database.knex.raw(
      'select count(*) filter (where name is null) as erased, count(*) as all from house_doors_v1.signs_history',
    );
    expect(Number(rows[0].all)).toBeGreaterThan(HISTORIES);
    expect(Number(rows[0].erased)).toBeGreaterThan(0);
  });
});
