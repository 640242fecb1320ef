import { doorOpened, doorShut } from '../__testUtils__/doorEvents';
import { column } from './column';
import { defineProjection, defineTable } from './defineProjection';

const id = column.text();

describe('defineTable', () => {
  it.each([
    ['a column misspelt', { columns: { Id: id }, key: ['Id'] }, 'columns'],
    [
      'a column too long',
      { columns: { ['a'.repeat(49)]: id }, key: [] },
      'columns',
    ],
    [
      'a column of its own',
      { columns: { valid_from: id }, key: [] },
      'columns',
    ],
    ['no key', { columns: { id }, key: [] }, 'key'],
    ['a key twice', { columns: { id }, key: ['id', 'id'] }, 'key'],
    ['an unknown key', { columns: { id }, key: ['name'] }, 'key'],
    [
      'a key that may be null',
      { columns: { id: id.nullable() }, key: ['id'] },
      'key',
    ],
    ['a personal key', { columns: { id: id.personal() }, key: ['id'] }, 'key'],
    ['a key of json', { columns: { id: column.json() }, key: ['id'] }, 'key'],
    [
      'an index on nothing',
      { columns: { id }, key: ['id'], indexes: [{ on: [] }] },
      'indexes.0',
    ],
    [
      'an index on an unknown column',
      { columns: { id }, key: ['id'], indexes: [{ on: ['name'] }] },
      'indexes.0',
    ],
  ])('refuses %s', (_what, wrong, field) => {
    expect(() => defineTable(wrong as never)).toThrow(
      expect.objectContaining({ code: 'eventstore.bad_argument', field }),
    );
  });
});

describe('defineProjection', () => {
  const right = {
    name: 'doors',
    version: 1,
    tables: {
      doors: defineTable({ columns: { id }, key: ['id'], history: true }),
    },
    events: [doorOpened],
    on: { 'house.door.opened': () => {} },
  };

  it.each([
    ['a name misspelt', { name: 'Doors' }, 'name'],
    ['a name too long', { name: 'd'.repeat(49) }, 'name'],
    ['version 0', { version: 0 }, 'version'],
    ['half a version', { version: 1.5 }, 'version'],
    ['no tables', { tables: {} }, 'tables'],
    [
      'a table misspelt',
      { tables: { 'my-doors': right.tables.doors } },
      'tables.my-doors',
    ],
    [
      'a table where a past is kept',
      { tables: { ...right.tables, doors_history: right.tables.doors } },
      'tables.doors_history',
    ],
    ['an extension misspelt', { extensions: ['pg"trgm'] }, 'extensions'],
    ['no events', { events: [], on: {} }, 'events'],
    ['an event twice', { events: [doorOpened, doorOpened] }, 'events'],
    ['a missing handler', { events: [doorOpened, doorShut] }, 'on'],
    [
      'a stray handler',
      { on: { ...right.on, 'house.door.shut': () => {} } },
      'on',
    ],
    [
      'a handler that waits',
      { on: { 'house.door.opened': async () => {} } },
      'on',
    ],
  ])('refuses %s', (_what, wrong, field) => {
    expect(() => defineProjection({ ...right, ...wrong } as never)).toThrow(
      expect.objectContaining({ code: 'eventstore.bad_argument', field }),
    );
  });

  it('gives handlers the types of events and tables', () => {
    const projection = defineProjection({
      name: 'doors',
      version: 1,
      tables: {
        doors: defineTable({
          columns: {
            id: column.text(),
            hand: column.text().nullable(),
            owner: column.text().personal(),
          },
          key: ['id'],
        }),
      },
      events: [doorOpened, doorShut],
      on: {
        'house.door.opened': (event, { doors }) => {
          const hand: 'left' | 'right' = event.payload.hand;
          doors.upsert({ id: event.aggregateId, hand });
          // @ts-expect-error a number is no text
          doors.patch({ id: event.aggregateId }, { hand: 1 });
          // @ts-expect-error the key cannot be changed
          doors.patch({ id: event.aggregateId }, { id: 'x' });
          // @ts-expect-error the key has another column
          doors.delete({ name: 'x' });
          const owner: string | null | undefined = doors.get({
            id: 'x',
          })?.owner;
          return owner as unknown as void;
        },
        'house.door.shut': (event, tables) => {
          // @ts-expect-error shut doors know no hand
          expect(event.payload.hand).toBeUndefined();
          // @ts-expect-error there is no such table
          expect(tables.windows).toBeUndefined();
        },
      },
    });
    expect(projection).toMatchObject({ name: 'doors', extensions: [] });
    expect(() =>
      defineProjection({
        ...right,
        events: [doorOpened, doorShut],
        // @ts-expect-error a handler is missing
        on: { 'house.door.opened': () => {} },
      }),
    ).toThrow('has no handler for house.door.shut');
  });
});
