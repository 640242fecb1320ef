import { newAggregateId } from '@callboard/plugin-eventstore-common';
import { doorOpened, doorShut, doorSigned } from '../__testUtils__/doorEvents';
import { doors, JAMMED } from '../__testUtils__/doorViews';
import { tablesAfter } from './tablesAfter';

describe('tablesAfter', () => {
  const id = newAggregateId('house.door');

  it('gives the rows of each table', () => {
    const tables = tablesAfter(doors, [
      { to: id, event: doorOpened.of({ hand: 'left' }) },
      { to: id, event: doorSigned.of({ name: 'Ann', floor: 1 }) },
      { to: id, event: doorOpened.of({ hand: 'right' }) },
      { to: id, event: doorShut.of({}) },
    ]);
    expect(tables.doors).toEqual([
      {
        id,
        open: false,
        openings: 2,
        hand: 'right',
        name: 'Ann',
        changed_at: '2026-01-01T00:00:03.000Z',
      },
    ]);
    expect(tables.signs).toMatchObject([{ door: id, floor: 1, seen: 1 }]);
    expect(tables.hands.map(({ hand }) => hand)).toEqual(['left', 'right']);
  });

  it('throws what a handler throws, and refuses payloads that do not fit', () => {
    expect(() =>
      tablesAfter(doors, [
        { to: id, event: doorOpened.of({ hand: 'left', note: JAMMED }) },
      ]),
    ).toThrow('jammed');
    expect(() =>
      tablesAfter(doors, [
        { to: id, event: { type: 'house.door.opened', payload: {} } },
      ]),
    ).toThrow(expect.objectContaining({ code: 'eventstore.payload_invalid' }));
  });
});
