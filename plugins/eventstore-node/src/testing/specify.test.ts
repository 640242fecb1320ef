import {
  door,
  doorNumber,
  doorOpened,
  doorShut,
} from '../__testUtils__/doorEvents';
import { specify } from './specify';
import {
  CommandRejectedError,
  defineAggregate,
} from '@callboard/plugin-eventstore-common';

const numbered = defineAggregate({
  type: 'house.door',
  events: [doorShut],
  initial: () => 0,
  evolve: { 'house.door.shut': state => state + 1 },
  decide: (state, command: { number?: string }) => {
    if (!command.number) {
      throw new CommandRejectedError('house.no_number', 'It needs one', {
        field: 'number',
      });
    }
    return {
      events: state > 0 ? [] : [doorShut.of({})],
      claims: [doorNumber.claim(command.number)],
    };
  },
});

describe('specify', () => {
  const closedDoor = specify(door).given(
    doorOpened.of({ hand: 'left' }),
    doorShut.of({ slammed: true }),
  );
  const openDoor = specify(door).given(doorOpened.of({ hand: 'left' }));

  const fresh = specify(numbered).given();

  it.each<[string, () => void]>([
    ['the state', () => closedDoor.thenState({ open: false, openings: 1 })],
    [
      'the events',
      () =>
        closedDoor.when({ kind: 'Open' }).then(doorOpened.of({ hand: 'left' })),
    ],
    [
      'the events, defaults of their schemas written out',
      () =>
        openDoor.when({ kind: 'Shut' }).then(doorShut.of({ slammed: false })),
    ],
    ['nothing', () => closedDoor.when({ kind: 'Shut' }).thenNothing()],
    [
      'events and claims',
      () =>
        fresh
          .when({ number: ' 7A ' })
          .then(doorShut.of({}))
          .thenClaims(doorNumber.claim('7a')),
    ],
    [
      'the rejection',
      () => fresh.when({}).thenRejected('house.no_number', 'number'),
    ],
  ])('passes when %s is as said', (_name, assertion) => {
    expect(assertion).not.toThrow();
  });

  it.each<[string, () => void]>([
    ['another state', () => closedDoor.thenState({ open: true, openings: 1 })],
    ['other events', () => openDoor.when({ kind: 'Shut' }).then()],
    [
      'another payload',
      () =>
        openDoor.when({ kind: 'Shut' }).then(doorShut.of({ slammed: true })),
    ],
    [
      'something after all',
      () => openDoor.when({ kind: 'Shut' }).thenNothing(),
    ],
    [
      'claims nobody spoke of',
      () =>
        specify(numbered)
          .given(doorShut.of({}))
          .when({ number: '7' })
          .thenNothing(),
    ],
    [
      'other claims',
      () =>
        specify(numbered)
          .given()
          .when({ number: '7' })
          .thenClaims(doorNumber.claim('8')),
    ],
    [
      'a rejection where events were expected',
      () => specify(numbered).given().when({}).then(),
    ],
    [
      'events where a rejection was expected',
      () => specify(numbered).given().when({ number: '7' }).thenRejected('x'),
    ],
    [
      'another rejection',
      () => specify(numbered).given().when({}).thenRejected('x'),
    ],
    [
      'a rejection at another field',
      () =>
        specify(numbered).given().when({}).thenRejected('house.no_number', 'x'),
    ],
    [
      'a past that could not be stored',
      () => specify(door).given(doorOpened.of({ hand: 'third' as never })),
    ],
  ])('fails on %s', (_name, assertion) => {
    expect(assertion).toThrow();
  });
});
