import {
  ERASED,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import { column } from './column';
import { defineProjection, defineTable } from './defineProjection';
import { ViewFold } from './ViewFold';
import { doorOpened } from '../__testUtils__/doorEvents';

/** A view whose handler is given with the event. */
function foldOf(history = true) {
  const steps = new Map<number, (tables: any) => void>(); // any: as in Handlers
  const projection = defineProjection({
    name: 'things',
    version: 1,
    tables: {
      things: defineTable({
        columns: {
          id: column.text(),
          size: column.integer().nullable(),
          owner: column.text().personal(),
        },
        key: ['id'],
        indexes: [{ on: ['size', 'id'] }],
        history,
      }),
      sums: defineTable({
        columns: { name: column.text(), total: column.integer() },
        key: ['name'],
      }),
    },
    events: [doorOpened],
    on: {
      'house.door.opened': (event, tables) =>
        steps.get(event.position)!(tables),
    },
  });
  const fold = new ViewFold(projection);
  const [things, sums] = fold.tables;
  return {
    fold,
    things: things!,
    sums: sums!,
    apply(position: number, step: (tables: any) => void, track = false) {
      steps.set(position, step);
      return fold.apply(eventAt(position), track);
    },
    discover(position: number, step: (tables: any) => void) {
      steps.set(position, step);
      fold.discover(eventAt(position));
    },
    /** Nothing is in the database under these keys. */
    empty(...ids: string[]) {
      things!.load([], {
        keys: new Map(ids.map(id => [id, [id]])),
        searches: new Map(),
      });
      sums!.load([], {
        keys: new Map([['all', ['all']]]),
        searches: new Map(),
      });
    },
  };
}

function eventAt(position: number): EventEnvelope {
  return {
    position,
    type: 'house.door.opened',
  } as unknown as EventEnvelope;
}

describe('ViewFold', () => {
  it('asks for a row that was not read, changing nothing', () => {
    const { fold, apply, things } = foldOf();
    const result = apply(1, ({ things: table }) => {
      table.upsert({ id: 'b', size: 1 });
      table.patch({ id: 'a' }, { size: 2 });
    });
    expect(result).toEqual({ outcome: 'missing' });
    expect([...things.changed]).toEqual([]);
    expect(fold.takeMissing()).toMatchObject([
      { table: { name: 'things' }, missing: { keys: new Map([['a', ['a']]]) } },
    ]);
  });

  it('is not fooled by a handler that catches what it must not', () => {
    const { apply, things } = foldOf();
    const result = apply(1, ({ things: table }) => {
      try {
        table.get({ id: 'a' });
      } catch {
        table.upsert({ id: 'a', size: 0 });
      }
    });
    expect(result).toEqual({ outcome: 'missing' });
    expect([...things.changed]).toEqual([]);
  });

  it('discovers in one go what several events need', () => {
    const { fold, discover } = foldOf();
    discover(1, ({ things }) => things.patch({ id: 'a' }, { size: 1 }));
    discover(2, ({ things, sums }) => {
      things.patch({ id: 'b' }, { size: 1 });
      sums.get({ name: 'all' });
    });
    discover(3, ({ things }) => things.find({ size: 3 }));
    discover(4, ({ things }) => things.upsert({ id: 'c', size: 1 }));
    const missing = fold.takeMissing();
    expect([...missing[0]!.missing.keys.keys()]).toEqual(['a', 'b']);
    expect([...missing[0]!.missing.searches.values()]).toEqual([{ size: 3 }]);
    expect([...missing[1]!.missing.keys.keys()]).toEqual(['all']);
    expect(fold.takeMissing()).toEqual([]);
  });

  it('takes a failed event back as a whole', () => {
    const { apply, empty, things, sums } = foldOf();
    empty('a', 'b');
    apply(1, tables => {
      tables.things.upsert({ id: 'a', size: 1 });
      tables.sums.upsert({ name: 'all', total: 1 });
    });
    const failed = apply(2, tables => {
      tables.things.patch({ id: 'a' }, { size: 2 });
      tables.things.upsert({ id: 'b', size: 2 });
      tables.things.delete({ id: 'a' });
      throw new Error('no');
    });
    expect(failed).toEqual({ outcome: 'failed', error: new Error('no') });
    expect([...things.changed]).toMatchObject([
      { key: ['a'], row: { id: 'a', size: 1 }, from: 1, past: [] },
    ]);
    expect([...sums.changed]).toMatchObject([{ row: { total: 1 } }]);
  });

  it('keeps each version of a row, with the positions it held for', () => {
    const { apply, empty, things } = foldOf();
    empty('a');
    apply(3, t => t.things.upsert({ id: 'a', size: 1 }));
    apply(5, t => t.things.patch({ id: 'a' }, { size: 2 }));
    apply(6, t => t.things.delete({ id: 'a' }));
    apply(9, t => t.things.upsert({ id: 'a', size: 3 }));
    // Twice in one event: one version.
    apply(10, t => {
      t.things.patch({ id: 'a' }, { size: 4 });
      t.things.patch({ id: 'a' }, (row: any) => ({ size: row.size + 1 })); // any: as above
    });
    const [entry] = [...things.changed];
    expect(entry).toMatchObject({
      changedAt: 3,
      from: 10,
      row: { size: 5 },
      past: [
        { from: 3, to: 5, row: { size: 1 } },
        { from: 5, to: 6, row: { size: 2 } },
        { from: 9, to: 10, row: { size: 3 } },
      ],
    });
  });

  it('empties personal columns of all versions, and only of those', () => {
    const { apply, empty, things } = foldOf();
    empty('a', 'b');
    things.load([], {
      keys: new Map(),
      searches: new Map([['{"size":1}', { size: 1 }]]),
    });
    apply(1, t => t.things.upsert({ id: 'a', size: 1, owner: 'Ann' }));
    apply(2, t => t.things.upsert({ id: 'b', size: 2, owner: 'Bob' }));
    apply(3, t => t.things.patch({ id: 'a' }, { owner: 'Bea' }));
    const before = [...things.changed].map(entry => structuredClone(entry));
    apply(4, t => {
      t.things.erase({ size: 1 });
      throw new Error('no');
    });
    expect([...things.changed]).toEqual(before);
    expect(things.erasures).toEqual([]);
    apply(5, t => t.things.erase({ size: 1 }));
    expect([...things.changed]).toMatchObject([
      {
        row: { id: 'a', owner: null },
        from: 5,
        past: [{ row: { owner: null } }, { row: { owner: null } }],
      },
      { row: { id: 'b', owner: 'Bob' }, past: [] },
    ]);
    expect(things.erasures).toEqual([{ size: 1 }]);
  });

  it('stores null for erased data in a personal column', () => {
    const { apply, empty, things } = foldOf();
    empty('a');
    apply(1, t => t.things.upsert({ id: 'a', owner: ERASED }));
    expect([...things.changed]).toMatchObject([{ row: { owner: null } }]);
  });

  it('finds rows as the events so far left them', () => {
    const { apply, things, fold } = foldOf();
    const find =
      (found: unknown[]) =>
      (
        t: any, // any: as above
      ) =>
        found.push(...t.things.find({ size: 7 }).map((row: any) => row.id));
    expect(apply(1, find([]))).toEqual({ outcome: 'missing' });
    const [{ missing }] = fold.takeMissing() as any; // any: shortened
    things.load(
      [
        { row: { id: 'a', size: 7, owner: null }, from: 1 },
        { row: { id: 'b', size: 7, owner: null }, from: 1 },
      ],
      missing,
    );
    apply(2, t => t.things.upsert({ id: 'c', size: 7 }));
    apply(3, t => t.things.patch({ id: 'a' }, { size: 8 }));
    const found: unknown[] = [];
    expect(apply(4, find(found)).outcome).toBe('applied');
    expect(found).toEqual(['b', 'c']);
  });

  it.each<[string, (tables: any) => void, RegExp]>([
    // any: wrong on purpose
    [
      'a missing value',
      t => t.sums.upsert({ name: 'a' }),
      /total needs a value/,
    ],
    [
      'a wrong type',
      t => t.sums.upsert({ name: 'a', total: '1' }),
      /takes integer/,
    ],
    [
      'a fraction',
      t => t.sums.upsert({ name: 'a', total: 1.5 }),
      /takes integer/,
    ],
    ['U+0000', t => t.sums.upsert({ name: 'a\0', total: 1 }), /U\+0000/],
    [
      'an unknown column',
      t => t.sums.upsert({ name: 'a', total: 1, x: 1 }),
      /no column x/,
    ],
    [
      'a change of the key',
      t => t.sums.patch({ name: 'some' }, { name: 'b' }),
      /part of the key/,
    ],
    [
      'a row that is not there',
      t => t.sums.patch({ name: 'all' }, { total: 1 }),
      /no row \["all"\]/,
    ],
    [
      'a search without an index',
      t => t.things.find({ owner: 'x' }),
      /No index/,
    ],
    ['a search for null', t => t.things.find({ size: null }), /one value/],
    ['a promise', async () => {}, /is async/],
  ])('refuses %s', (_what, step, message) => {
    const { apply, empty, sums } = foldOf();
    empty('a');
    sums.load([{ row: { name: 'some', total: 0 }, from: 1 }], {
      keys: new Map(),
      searches: new Map(),
    });
    const result = apply(1, step);
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { message: expect.stringMatching(message) },
    });
  });

  it('tells which rows an event used, and that it searched', () => {
    const { apply, empty, things } = foldOf();
    empty('a');
    things.load([], {
      keys: new Map(),
      searches: new Map([['{"size":1}', { size: 1 }]]),
    });
    const result = apply(
      1,
      t => {
        t.things.find({ size: 1 });
        t.things.upsert({ id: 'a' });
        t.sums.get({ name: 'all' });
      },
      true,
    );
    expect(result).toMatchObject({
      touched: new Map([
        ['things?{"size":1}', { used: true, changed: false }],
        ['things/a', { used: true, changed: true }],
        ['things?{"id":"a"}', { used: false, changed: true }],
        ['things?{"size":null}', { used: false, changed: true }],
        ['things?{"id":"a","size":null}', { used: false, changed: true }],
        ['sums/all', { used: true, changed: false }],
      ]),
    });
  });

  it('remembers what was written, up to a limit, last written last', () => {
    const { fold, apply, empty } = foldOf();
    empty('a', 'b', 'c');
    apply(1, t => t.things.upsert({ id: 'a', size: 1 }));
    apply(2, t => t.things.upsert({ id: 'b', size: 2 }));
    fold.written(1);
    const seen: unknown[] = [];
    apply(3, t => seen.push(t.things.get({ id: 'b' })));
    expect(seen).toMatchObject([{ size: 2 }]);
    expect(apply(4, t => t.things.get({ id: 'a' }))).toEqual({
      outcome: 'missing',
    });
    fold.forget();
    expect(apply(5, t => t.things.get({ id: 'b' }))).toEqual({
      outcome: 'missing',
    });
  });
});
