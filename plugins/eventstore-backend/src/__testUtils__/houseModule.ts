/** A plugin with things to look at: doors, a view of them and a bell. */
import {
  coreServices,
  createBackendPlugin,
  type AuditorService,
} from '@backstage/backend-plugin-api';
import {
  defineAggregate,
  defineEvent,
} from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineReactor,
  defineTable,
  eventStoreServiceRef,
  projectionsServiceRef,
  reactorsServiceRef,
  rootEventStoreServiceRef,
  type EventStore,
  type EventStoreService,
} from '@callboard/plugin-eventstore-node';
import { z } from 'zod';

const doorOpened = defineEvent({
  type: 'house.door.opened',
  schema: z.object({
    by: z.enum(['key', 'code']),
    code: z.string().optional(),
  }),
  secret: ['code'],
});
const doorShut = defineEvent({
  type: 'house.door.shut',
  schema: z.object({}),
});
const doorPainted = defineEvent({
  type: 'house.door.painted',
  schema: z.object({ colours: z.array(z.string()) }),
});

export const door = defineAggregate({
  type: 'house.door',
  events: [doorOpened, doorShut, doorPainted],
  initial: () => ({
    open: false,
    openings: 0,
    colours: new Set<string>(),
    code: undefined as string | undefined,
  }),
  evolve: {
    'house.door.opened': (state, { payload }) => ({
      ...state,
      open: true,
      openings: state.openings + 1,
      code: payload.code,
    }),
    'house.door.shut': state => ({ ...state, open: false }),
    'house.door.painted': (state, { payload }) => ({
      ...state,
      colours: new Set(payload.colours),
    }),
  },
  decide: (
    state,
    command:
      | { kind: 'Open'; by?: 'key' | 'code'; code?: string }
      | { kind: 'Shut' }
      | { kind: 'Paint'; colours: string[] },
  ) => {
    switch (command.kind) {
      case 'Open':
        return state.open
          ? []
          : [doorOpened.of({ by: command.by ?? 'key', code: command.code })];
      case 'Shut':
        return state.open ? [doorShut.of({})] : [];
      default:
        return [doorPainted.of({ colours: command.colours })];
    }
  },
});

/** A colour that the view can't take, until it is mended. */
export const POISON = 'poison';

/** What the tests reach from outside. */
export class House {
  events!: EventStoreService;
  auditor!: AuditorService;
  rootStore!: EventStore;
  isMended = false;

  plugin() {
    return createHousePlugin(this);
  }
}

function createHousePlugin(house: House) {
  return createBackendPlugin({
    pluginId: 'house',
    register(env) {
      env.registerInit({
        deps: {
          auditor: coreServices.auditor,
          events: eventStoreServiceRef,
          projections: projectionsServiceRef,
          reactors: reactorsServiceRef,
          root: rootEventStoreServiceRef,
        },
        async init({ auditor, events, projections, reactors, root }) {
          house.rootStore = root.store;
          house.auditor = auditor;
          house.events = events;
          events.register(door);
          await projections.add(
            defineProjection({
              name: 'doors',
              version: 1,
              tables: {
                doors: defineTable({
                  columns: { id: column.text(), open: column.boolean() },
                  key: ['id'],
                }),
              },
              events: door.events,
              on: {
                'house.door.opened': (event, { doors }) =>
                  doors.upsert({ id: event.aggregateId, open: true }),
                'house.door.shut': (event, { doors }) =>
                  doors.upsert({ id: event.aggregateId, open: false }),
                'house.door.painted': event => {
                  if (
                    event.payload.colours.includes(POISON) &&
                    !house.isMended
                  ) {
                    throw new Error('This colour is poison');
                  }
                },
              },
            }),
          );
          await reactors.add(
            defineReactor({
              name: 'bell',
              events: [doorShut],
              on: { 'house.door.shut': event => ({ at: event.aggregateId }) },
              attempts: 1,
              run: async () => {
                throw new Error('The bell is broken');
              },
            }),
          );
        },
      });
    },
  });
}
