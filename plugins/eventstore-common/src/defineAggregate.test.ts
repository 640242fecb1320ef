import { z } from 'zod';
import { defineAggregate } from './defineAggregate';
import { defineEvent } from './defineEvent';
import type { EventEnvelope } from './envelope';
import { isErased } from './erased';

const opened = defineEvent({
  type: 'house.door.opened',
  schema: z.object({ by: z.string(), hand: z.enum(['left', 'right']) }),
  personal: ['by'],
});
const shut = defineEvent({ type: 'house.door.shut', schema: z.object({}) });

const door = defineAggregate({
  type: 'house.door',
  events: [opened, shut],
  initial: () => ({ open: false, by: '' }),
  evolve: {
    'house.door.opened': (_state, event) => {
      const hand: 'left' | 'right' = event.payload.hand;
      // @ts-expect-error the field may have been erased
      const by: string = event.payload.by;
      return {
        open: true,
        by: isErased(event.payload.by) ? `someone (${hand})` : by,
      };
    },
    'house.door.shut': state => ({ ...state, open: false }),
  },
  decide: (state, command: { kind: 'Open'; by: string } | { kind: 'Shut' }) => {
    if (command.kind === 'Shut') {
      return state.open ? [shut.of({})] : [];
    }
    return [opened.of({ by: command.by, hand: 'left' })];
  },
});

function envelope(type: string, payload: unknown) {
  return { type, payload } as EventEnvelope;
}

describe('defineAggregate', () => {
  it('decides and evolves', () => {
    const context = undefined as never;
    expect(door.decide(door.initial(), { kind: 'Shut' }, context)).toEqual([]);
    expect(
      door.decide({ open: true, by: 'x' }, { kind: 'Shut' }, context),
    ).toEqual([{ type: 'house.door.shut', payload: {} }]);
    const state = door.evolve(
      door.initial(),
      envelope('house.door.opened', { by: 'Ann', hand: 'left' }),
    );
    expect(state).toEqual({ open: true, by: 'Ann' });
    expect(
      door.evolve(
        state,
        envelope('house.door.opened', { by: { $erased: true }, hand: 'right' }),
      ),
    ).toEqual({ open: true, by: 'someone (right)' });
  });

  it('refuses an event that is not its own', () => {
    expect(() =>
      door.evolve(door.initial(), envelope('house.window.opened', {})),
    ).toThrow('house.window.opened is not an event of house.door');
  });

  it.each([
    ['another aggregate', 'house.window', [shut], { 'house.door.shut': 1 }],
    ['listed twice', 'house.door', [shut, shut], { 'house.door.shut': 1 }],
    ['no handler', 'house.door', [shut], {}],
    ['misspelt type', 'House door', [], {}],
  ])('refuses a definition with %s', (_name, type, events, handlers) => {
    const evolve = Object.fromEntries(
      Object.keys(handlers).map(key => [key, () => ({})]),
    );
    expect(() =>
      defineAggregate({
        type,
        events,
        evolve,
        initial: () => ({}),
        decide: () => [],
      } as never),
    ).toThrow(expect.objectContaining({ code: 'eventstore.bad_argument' }));
  });
});
