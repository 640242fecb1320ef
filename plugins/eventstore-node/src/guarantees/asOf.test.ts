// G14: a page as of T shows what it showed at T (save what was erased since).
import type {
  EventEnvelope,
  Position,
} from '@callboard/plugin-eventstore-common';
import { isErased } from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import {
  catchUp,
  histories,
  newDoors,
  perform,
  withDoors,
} from '../__testUtils__/doorHistories';
import type { doors } from '../__testUtils__/doorViews';
import { rowsOf } from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import type { RowOf } from '../projections/defineProjection';
import type { View } from '../spoolers/View';

jest.setTimeout(180_000);

const HISTORIES = Number(process.env.EVENTSTORE_HISTORIES ?? 12);
const MOMENTS = 8;

type Door = RowOf<(typeof doors)['tables']['doors']>;
type Sign = RowOf<(typeof doors)['tables']['signs']>;

/** What the doors view says, worked out the slow and simple way. */
function naively(events: readonly EventEnvelope<string, any>[]) {
  // any: by type
  const doorRows: Record<string, Door> = {};
  let signRows: Sign[] = [];
  for (const { type, aggregateId: id, payload, recordedAt } of events) {
    const before = doorRows[id];
    if (type === 'house.door.opened') {
      doorRows[id] = {
        id,
        open: true,
        openings: (before?.openings ?? 0) + 1,
        hand: payload.hand,
        name: before?.name ?? null,
        changed_at: recordedAt,
      };
      signRows = signRows.map(sign =>
        sign.door === id ? { ...sign, seen: sign.seen + 1 } : sign,
      );
    } else if (type === 'house.door.shut') {
      if (before) {
        doorRows[id] = { ...before, open: false, changed_at: recordedAt };
      }
      if (payload.slammed) {
        signRows = signRows.filter(sign => sign.door !== id);
      }
    } else if (type === 'house.door.signed') {
      const name = isErased(payload.name) ? null : payload.name;
      if (before) {
        doorRows[id] = { ...before, name };
      }
      signRows = signRows.filter(
        sign => sign.door !== id || sign.floor !== payload.floor,
      );
      signRows.push({
        door: id,
        floor: payload.floor,
        name,
        seen: 0,
        tags: [`floor "${payload.floor}"`, '{,}', ''],
        facts: { zeta: payload.floor, a: [null, { '10': 1, b: 'é' }] },
      });
    }
  }
  return { doors: Object.values(doorRows), signs: signRows };
}

function inOrder(rows: readonly object[]): unknown[] {
  return rows
    .map(row =>
      JSON.stringify(row, (_key, value) =>
        value && typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort())
          : value,
      ),
    )
    .sort();
}

describe('a view as of a position (G14)', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await startTestStore();
  });

  afterAll(async () => {
    await test?.stop();
  });

  it('shows what a naive fold of the log up to there gives', async () => {
    await withDoors(test, { batchSize: 5 }, async node => {
      const view = node.spoolers.views.get('doors') as View<
        (typeof doors)['tables']
      >;
      await fc.assert(
        fc.asyncProperty(
          histories,
          fc.array(fc.nat(1_000_000), {
            minLength: MOMENTS,
            maxLength: MOMENTS,
          }),
          async (pieces, moments) => {
            const ids = newDoors();
            for (const piece of pieces) {
              await perform(test, ids, piece);
            }
            await catchUp(test, node);
            const events: EventEnvelope[] = [];
            for await (const batch of test.store.log.readAll()) {
              events.push(...batch.events);
            }
            for (const moment of moments) {
              // Spread over the log; fast-check likes extremes.
              const position = (moment % (events.length + 1)) as Position;
              const expected = naively(events.slice(0, position));
              for (const name of ['doors', 'signs'] as const) {
                const rows = await rowsOf(
                  test.database.knex,
                  view,
                  name,
                  position,
                );
                expect(inOrder(rows)).toEqual(inOrder(expected[name]));
              }
              // A time is the position of the last event by then.
              const last = events[position - 1];
              const opened =
                last && (await view.open({ asOf: new Date(last.recordedAt) }));
              const together = events.filter(
                ({ recordedAt }) => recordedAt === last?.recordedAt,
              );
              expect(opened?.asOf).toBe(together.at(-1)?.position);
            }
            // And now is as of the head.
            const now = naively(events);
            for (const name of ['doors', 'signs'] as const) {
              const rows = await rowsOf(test.database.knex, view, name);
              expect(inOrder(rows)).toEqual(inOrder(now[name]));
            }
          },
        ),
        { numRuns: HISTORIES, endOnFailure: true },
      );
    });
  });
});
