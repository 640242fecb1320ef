import type { Cell, DirectGrant, MatrixRole, Subject } from './cells';
import { conflictsOf, describeNow } from './conflicts';
import { Editing } from './Editing';
import { countKinds, reviewOf } from './review';
import { editAtField, toGrantChanges } from './toGrantChanges';

const ada: Subject = {
  id: 'iam.user/ada',
  kind: 'person',
  name: 'Ada',
  detail: 'ada@example.com',
  organization: 'iam.organization/a',
};
const bo: Subject = { ...ada, id: 'iam.user/bo', name: 'Bo' };
const role = (key: string): MatrixRole => ({
  key,
  name: key[0]!.toUpperCase() + key.slice(1),
  description: '',
  removing: false,
});
const held: DirectGrant = {
  expired: false,
  decidedBy: 'user:iam.user/x',
  position: 7,
};
const day = (time: number) => `day ${time}`;
const none: Cell = { inherited: [] };
const throughPlatform: Cell = {
  inherited: [
    {
      through: [
        { id: 'iam.group/t', name: 'Team' },
        { id: 'iam.group/p', name: 'Platform' },
      ],
      expired: false,
    },
  ],
};

const editing = Editing.none
  .toggle({ subject: ada, role: role('reader'), direct: undefined })
  .toggle({ subject: bo, role: role('reader'), direct: held })
  .want([{ subject: ada, role: role('writer'), direct: held }], {
    granted: true,
    expiresAt: 5,
  });

describe('reviewOf', () => {
  it('says by subject what each edit does', () => {
    const reviewed = reviewOf(editing.edits, () => none, day);

    expect(
      reviewed.map(({ subject, edits }) => [
        subject.name,
        ...edits.map(({ sentence }) => sentence),
      ]),
    ).toEqual([
      [
        'Ada',
        'gains Reader',
        'keeps Writer, until day 5 (before: without an end)',
      ],
      ['Bo', 'loses Reader'],
    ]);
    expect(countKinds(reviewed)).toEqual({ gains: 1, loses: 1, changes: 1 });
  });

  it('says what stays through a group, so that nobody is misled', () => {
    const remarks = reviewOf(editing.edits, () => throughPlatform, day).map(
      ({ edits }) => edits[0]?.remark,
    );

    expect(remarks).toEqual([
      'Has it already through Platform.',
      'Still has it through Platform.',
    ]);
  });
});

describe('conflictsOf', () => {
  it('finds cells that somebody else has changed otherwise', () => {
    const conflicts = conflictsOf(
      editing.edits,
      ({ subject, role: { key } }) => {
        if (subject === bo) {
          return { ...held, expiresAt: 9, position: 8 };
        }
        return key === 'writer' ? held : undefined;
      },
    );

    expect(conflicts.map(({ edit }) => edit.subject.name)).toEqual(['Bo']);
    expect(describeNow(conflicts[0]!, day)).toBe('has Reader until day 9');
  });

  it('finds none where the other has decided the same', () => {
    expect(
      conflictsOf(editing.edits, ({ subject, role: { key } }) => {
        if (subject === bo) {
          return undefined;
        }
        return key === 'reader' ? held : { ...held, expiresAt: 5, position: 9 };
      }),
    ).toEqual([]);
  });

  it('takes the end of a grant for nobody’s decision', () => {
    const ended = { ...held, expiresAt: 1, expired: true };
    const again = Editing.none.toggle({
      subject: ada,
      role: role('reader'),
      direct: ended,
    });

    expect(conflictsOf(again.edits, () => undefined)).toEqual([]);
  });
});

describe('toGrantChanges', () => {
  it('makes one command of all edits', () => {
    expect(toGrantChanges('iam.project/p', editing.edits)).toEqual({
      changes: [
        expect.objectContaining({
          subject: 'iam.user/ada',
          project: 'iam.project/p',
          role: 'reader',
          granted: true,
          expiresAt: undefined,
        }),
        expect.objectContaining({ subject: 'iam.user/bo', granted: false }),
        expect.objectContaining({
          role: 'writer',
          expiresAt: expect.objectContaining({ seconds: 0n, nanos: 5_000_000 }),
        }),
      ],
    });
  });

  it('finds the edit that a refusal is about', () => {
    const { edits } = editing;

    expect(editAtField('changes[1].role', edits)).toBe(edits[1]);
    expect(editAtField('changes.2.expiresAt', edits)).toBe(edits[2]);
    expect(editAtField('changes', edits)).toBeUndefined();
  });
});
