// Read models of the doors of doorEvents.ts.
import { subjectErased } from '@callboard/plugin-eventstore-common';
import { column } from '../projections/column';
import { defineProjection, defineTable } from '../projections/defineProjection';
import { doorOpened, doorShut, doorSigned } from './doorEvents';

/** A note that makes the handler of doors throw. */
export const JAMMED = 'jammed';

/** Doors that are jammed all the same, as if the handler had been mended. */
export const mended = new Set<string>();

const doorTables = {
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
  signs: defineTable({
    columns: {
      door: column.text(),
      floor: column.integer(),
      name: column.text().personal(),
      seen: column.integer(),
      tags: column.texts(),
      facts: column.json(),
    },
    key: ['door', 'floor'],
    history: true,
  }),
  hands: defineTable({
    columns: { hand: column.text(), openings: column.integer() },
    key: ['hand'],
  }),
};

/** Each door, the signs on it, and how often each hand has opened doors. */
export const doorsOfVersion = (version: number) =>
  defineProjection({
    name: 'doors',
    version,
    tables: doorTables,
    events: [doorOpened, doorShut, doorSigned, subjectErased],
    on: {
      'house.door.opened': (event, { doors, signs, hands }) => {
        const id = event.aggregateId;
        const { hand, note } = event.payload;
        if (note === JAMMED && !mended.has(id)) {
          throw new Error('The door is jammed');
        }
        const known = doors.get({ id });
        doors.upsert({
          id,
          open: true,
          openings: (known?.openings ?? 0) + 1,
          hand,
          name: known?.name,
          changed_at: event.recordedAt,
        });
        for (const { floor } of signs.find({ door: id })) {
          signs.patch({ door: id, floor }, row => ({ seen: row.seen + 1 }));
        }
        const counted = hands.get({ hand });
        hands.upsert({ hand, openings: (counted?.openings ?? 0) + 1 });
      },
      'house.door.shut': (event, { doors, signs }) => {
        const id = event.aggregateId;
        doors.patchIfPresent(
          { id },
          { open: false, changed_at: event.recordedAt },
        );
        if (event.payload.slammed) {
          for (const sign of signs.find({ door: id })) {
            signs.delete({ door: id, floor: sign.floor });
          }
        }
      },
      'house.door.signed': (event, { doors, signs }) => {
        const { name, floor } = event.payload;
        const id = event.aggregateId;
        doors.patchIfPresent({ id }, { name });
        signs.upsert({
          door: id,
          floor,
          name,
          seen: 0,
          tags: [`floor "${floor}"`, '{,}', ''],
          facts: { zeta: floor, a: [null, { '10': 1, b: 'é' }] },
        });
      },
      'eventstore.subject.erased': (event, { doors, signs }) => {
        const { subject } = event.payload;
        doors.erase({ id: subject });
        signs.erase({ door: subject });
      },
    },
  });

export const doors = doorsOfVersion(1);
