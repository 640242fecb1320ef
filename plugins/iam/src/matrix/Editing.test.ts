import type { DirectGrant, MatrixRole, Subject } from './cells';
import { Editing, type CellRef } from './Editing';

const ada: Subject = {
  id: 'iam.user/ada',
  kind: 'person',
  name: 'Ada',
  detail: 'ada@example.com',
  organization: 'iam.organization/a',
};
const bo: Subject = { ...ada, id: 'iam.user/bo', name: 'Bo' };
const reader: MatrixRole = {
  key: 'reader',
  name: 'Reader',
  description: '',
  removing: false,
};
const held: DirectGrant = {
  expired: false,
  decidedBy: 'user:iam.user/x',
  position: 7,
};
const cell = (subject: Subject, direct?: DirectGrant): CellRef => ({
  subject,
  role: reader,
  direct,
});
const wants = (editing: Editing) =>
  editing.edits.map(({ subject, wanted }) => [
    subject.name,
    wanted.granted,
    wanted.expiresAt,
  ]);

describe('Editing', () => {
  it('gives what is not there and takes what is', () => {
    const editing = Editing.none.toggle(cell(ada)).toggle(cell(bo, held));

    expect(wants(editing)).toEqual([
      ['Ada', true, undefined],
      ['Bo', false, undefined],
    ]);
  });

  it('has no edit of a cell that came back to how it was', () => {
    const until = { ...held, expiresAt: 1_000 };
    const twice = Editing.none
      .toggle(cell(ada, until))
      .toggle(cell(ada, until));

    expect(twice.size).toBe(0);
    expect(twice.canUndo).toBe(true);
  });

  it('gives again what has ended, without an end', () => {
    const ended = { ...held, expiresAt: 1_000, expired: true };
    const once = Editing.none.toggle(cell(ada, ended));

    expect(wants(once)).toEqual([['Ada', true, undefined]]);
    expect(once.toggle(cell(ada, ended)).size).toBe(0);
  });

  it('changes when a role ends', () => {
    const editing = Editing.none.want([cell(ada, held)], {
      granted: true,
      expiresAt: 5_000,
    });

    expect(wants(editing)).toEqual([['Ada', true, 5_000]]);
    expect(editing.want([cell(ada, held)], { granted: true }).size).toBe(0);
  });

  it('undoes and redoes steps, several cells in one', () => {
    const editing = Editing.none
      .want([cell(ada), cell(bo)], { granted: true })
      .toggle(cell(ada));
    expect(wants(editing)).toEqual([['Bo', true, undefined]]);

    const undone = editing.undo();
    expect(wants(undone)).toEqual([
      ['Ada', true, undefined],
      ['Bo', true, undefined],
    ]);
    expect(undone.undo().size).toBe(0);
    expect(undone.undo().undo().canUndo).toBe(false);
    expect(wants(undone.redo())).toEqual(wants(editing));
  });

  it('has nothing to redo after a new step', () => {
    const editing = Editing.none.toggle(cell(ada)).undo().toggle(cell(bo));

    expect(editing.canRedo).toBe(false);
    expect(wants(editing.redo())).toEqual([['Bo', true, undefined]]);
  });

  it('makes no step of what changes nothing', () => {
    const editing = Editing.none.want([cell(ada, held)], { granted: true });

    expect(editing.canUndo).toBe(false);
  });

  it('brings back by undo what was dropped', () => {
    const editing = Editing.none.toggle(cell(ada)).toggle(cell(bo));
    const dropped = editing.drop(editing.edits.slice(0, 1));

    expect(wants(dropped)).toEqual([['Bo', true, undefined]]);
    expect(wants(dropped.undo())).toEqual(wants(editing));
    expect(editing.dropAll().size).toBe(0);
  });

  it('is based on how cells are by now, and lets go of what came true', () => {
    const editing = Editing.none.toggle(cell(ada)).toggle(cell(bo, held));
    const rebased = editing.rebase(({ subject }) =>
      subject.name === 'Ada' ? held : { ...held, expiresAt: 9_000 },
    );

    expect(wants(rebased)).toEqual([['Bo', false, undefined]]);
    expect(rebased.edits[0]?.base?.expiresAt).toBe(9_000);
    expect(rebased.canUndo).toBe(false);
  });

  it('says when there is more than one save takes', () => {
    const cells = Array.from({ length: 301 }, (_, n) =>
      cell({ ...ada, id: `iam.user/${n}` }),
    );

    expect(
      Editing.none.want(cells.slice(1), { granted: true }).isTooLarge,
    ).toBe(false);
    expect(Editing.none.want(cells, { granted: true }).isTooLarge).toBe(true);
  });
});
