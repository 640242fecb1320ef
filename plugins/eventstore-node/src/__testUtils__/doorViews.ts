// Read models of the doors of doorEvents.ts.
import { column } from '../projections/column';
import { defineProjection, defineTable } from '../projections/defineProjection';
import { isErased } from '@callboard/plugin-eventstore-common';
import { doorOpened, doorShut, doorSigned } from './doorEvents';

/** Each door, and how often each hand has opened doors. */
export const doors = defineProjection({
  name: 'doors',
  version: 1,
  tables: {
    doors: defineTable({
      columns: {
        id: column.text(),
        open: column.boolean(),
        openings: column.integer(),
        hand: column.text().nullable(),
        name: column.text().personal(),
        changed_at: column.timestamp(),
      },
      key: ['id'],
      indexes: [{ on: ['open', 'changed_at'] }],
      history: true,
    }),
    hands: defineTable({
      columns: { hand: column.text(), openings: column.integer() },
      key: ['hand'],
    }),
  },
  events: [doorOpened, doorShut, doorSigned],
  on: {
    'house.door.opened': (event, tables) => {
      const { hand, note } = event.payload;
      if (note === 'jammed') {
        throw new Error('The door is jammed');
      }
      const known = tables.doors.get({ id: event.aggregateId });
      tables.doors.upsert({
        id: event.aggregateId,
        open: true,
        openings: (known?.openings ?? 0) + 1,
        hand,
        name: known?.name,
        changed_at: event.recordedAt,
      });
      const counted = tables.hands.get({ hand });
      tables.hands.upsert({ hand, openings: (counted?.openings ?? 0) + 1 });
    },
    'house.door.shut': (event, tables) =>
      tables.doors.patch(
        { id: event.aggregateId },
        { open: false, changed_at: event.recordedAt },
      ),
    'house.door.signed': (event, tables) => {
      const key = { id: event.aggregateId };
      if (isErased(event.payload.name)) {
        tables.doors.erase(key);
      } else {
        tables.doors.patch(key, { name: event.payload.name });
      }
    },
  },
});
