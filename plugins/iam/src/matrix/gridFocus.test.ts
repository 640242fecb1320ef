import { moveFocus } from './gridFocus';

const size = { rows: 101, columns: 5, page: 10 };
const press = (key: string, ctrlKey = false) => ({ key, ctrlKey });

describe('moveFocus', () => {
  it.each([
    ['ArrowUp', false, { row: 49, column: 2 }],
    ['ArrowDown', false, { row: 51, column: 2 }],
    ['ArrowLeft', false, { row: 50, column: 1 }],
    ['ArrowRight', false, { row: 50, column: 3 }],
    ['PageUp', false, { row: 40, column: 2 }],
    ['PageDown', false, { row: 60, column: 2 }],
    ['Home', false, { row: 50, column: 0 }],
    ['End', false, { row: 50, column: 4 }],
    ['Home', true, { row: 0, column: 0 }],
    ['End', true, { row: 100, column: 4 }],
  ])('%s (Ctrl: %s) goes to %j', (key, ctrl, to) => {
    expect(moveFocus({ row: 50, column: 2 }, press(key, ctrl), size)).toEqual(
      to,
    );
  });

  it('stays inside', () => {
    const first = { row: 0, column: 0 };
    const last = { row: 100, column: 4 };

    expect(moveFocus(first, press('ArrowUp'), size)).toEqual(first);
    expect(moveFocus(first, press('ArrowLeft'), size)).toEqual(first);
    expect(moveFocus(last, press('ArrowDown'), size)).toEqual(last);
    expect(moveFocus(last, press('PageDown'), size)).toEqual(last);
  });

  it('leaves other keys alone', () => {
    expect(moveFocus({ row: 1, column: 1 }, press('a'), size)).toBeUndefined();
  });
});
