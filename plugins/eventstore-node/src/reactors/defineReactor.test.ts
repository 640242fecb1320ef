import { doorOpened } from '../__testUtils__/doorEvents';
import { defineReactor } from './defineReactor';

describe('defineReactor', () => {
  it.each([
    ['a name that is none', { name: 'Bell' }, 'name'],
    ['no attempts', { attempts: 0 }, 'attempts'],
    [
      'a handler that waits',
      { on: { 'house.door.opened': async () => {} } },
      'on',
    ],
    ['a missing handler', { on: {} }, 'on'],
    ['no events', { events: [] }, 'events'],
  ])('is refused with %s', (_what, wrong, field) => {
    expect(() =>
      defineReactor({
        name: 'bell',
        events: [doorOpened],
        on: { 'house.door.opened': () => undefined },
        run: async () => {},
        ...(wrong as object),
      } as never),
    ).toThrow(
      expect.objectContaining({ code: 'eventstore.bad_argument', field }),
    );
  });

  it('knows the events, and what its jobs carry', () => {
    const reactor = defineReactor({
      name: 'bell',
      events: [doorOpened],
      on: {
        'house.door.opened': event => ({ hand: event.payload.hand }),
      },
      async run({ data }) {
        const hand: 'left' | 'right' = data.hand;
        // @ts-expect-error there is no such field
        expect(data.note).toBeUndefined();
        expect(hand).toBeDefined();
      },
    });
    expect(reactor).toMatchObject({ attempts: 10, from: 'now' });
    expect(() =>
      defineReactor({
        name: 'bell',
        events: [doorOpened],
        // @ts-expect-error a handler is missing
        on: {},
        run: async () => {},
      }),
    ).toThrow('has no handler');
  });
});
