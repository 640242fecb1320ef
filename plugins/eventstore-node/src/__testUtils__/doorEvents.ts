// A small aggregate for tests: a door that people open and shut.
import {
  defineAggregate,
  defineClaim,
  defineEvent,
  type Actor,
  type AggregateId,
  type EventContext,
  type InstanceId,
  type Version,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import type { AppendRequest } from '../log/EventLog';

export const doorOpened = defineEvent({
  type: 'house.door.opened',
  revision: 2,
  schema: z.object({
    hand: z.enum(['left', 'right']),
    note: z.string().optional(),
  }),
  upcasters: { 1: payload => ({ ...payload, hand: 'right' }) },
});

export const doorShut = defineEvent({
  type: 'house.door.shut',
  schema: z.object({ slammed: z.boolean().default(false) }),
});

export const doorSigned = defineEvent({
  type: 'house.door.signed',
  schema: z.object({ name: z.string(), floor: z.number() }),
  personal: ['name'],
});

export const door = defineAggregate({
  type: 'house.door',
  events: [doorOpened, doorShut, doorSigned],
  initial: () => ({ open: false, openings: 0 }),
  evolve: {
    'house.door.opened': state => ({
      open: true,
      openings: state.openings + 1,
    }),
    'house.door.shut': state => ({ ...state, open: false }),
    'house.door.signed': state => state,
  },
  decide: (
    state,
    command: { kind: 'Open' | 'Shut' } | { kind: 'Sign'; name: string },
  ) => {
    switch (command.kind) {
      case 'Open':
        return state.open ? [] : [doorOpened.of({ hand: 'left' })];
      case 'Shut':
        return state.open ? [doorShut.of({})] : [];
      default:
        return [doorSigned.of({ name: command.name, floor: 1 })];
    }
  },
});

export const doorNumber = defineClaim({ kind: 'house.door.number' });
export const bellName = defineClaim({
  kind: 'house.door.bell_name',
  personal: true,
});

export const home = 'home' as InstanceId;
export const ann: Actor = { kind: 'user', id: 'iam.user/ann' };
export const fromTests: EventContext = { plugin: 'house' };

/** An append to one door. */
export function toDoor(
  id: AggregateId,
  expected: number | 'any',
  events: AppendRequest['aggregates'][number]['events'],
  more: Partial<AppendRequest> = {},
): AppendRequest {
  return {
    instance: home,
    actor: ann,
    context: fromTests,
    aggregates: [{ id, expected: expected as Version | 'any', events }],
    ...more,
  };
}
