import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  Actor_Kind,
  ActorSchema,
  AggregateChangeSchema,
} from '@callboard/plugin-eventstore-common/api';
import {
  actorOf,
  deedOf,
  describeValue,
  isObjectId,
  subjectOf,
  upTo,
} from './changes';

const UUID = '2fe36a35-6657-8626-803e-f776de9a81b8';

it('tells what happened in words', () => {
  expect(deedOf('iam.user.lock_expired')).toBe('Lock expired');
  expect(subjectOf(`iam.user/${UUID}`)).toEqual({
    what: 'User',
    id: `iam.user/${UUID}`,
  });
  expect(subjectOf(`iam.project_grant/${UUID}`)).toEqual({
    what: 'Project grant',
    id: undefined,
  });
  expect(
    subjectOf(`iam.administration/${UUID}`, {
      role: 'organization-owner',
      subject: `iam.group/${UUID}`,
    }),
  ).toEqual({ what: 'Administration', id: `iam.group/${UUID}` });
});

it('names actors as views do', () => {
  const actor = (fields: Parameters<typeof create<typeof ActorSchema>>[1]) =>
    actorOf(create(ActorSchema, fields));
  expect(actor({ kind: Actor_Kind.USER, id: `iam.user/${UUID}` })).toBe(
    `user:iam.user/${UUID}`,
  );
  expect(
    actor({ kind: Actor_Kind.OUTSIDE, provider: 'github', id: 'ann' }),
  ).toBe('outside:github:ann');
  expect(actorOf(undefined)).toBe('');
});

it.each([
  [undefined, 'nothing', 'none'],
  [null, 'nothing', 'none'],
  ['', 'nothing', 'none'],
  [false, 'false', 'value'],
  [0, '0', 'value'],
  [{ $erased: true }, 'erased', 'erased'],
  [{ $hidden: true }, 'a secret', 'hidden'],
  [['a', 'b'], 'a, b', 'value'],
  [[], 'none', 'value'],
  [
    { digest: { $hidden: true }, name: { $erased: true }, ends: 'soon' },
    'digest: a secret, name: erased, ends: soon',
    'value',
  ],
])('describes %j', (value, text, kind) => {
  expect(describeValue(value)).toEqual({ text, kind });
});

it('knows ids of what has a page', () => {
  expect(isObjectId(`iam.user/${UUID}`)).toBe(true);
  expect(isObjectId(`iam.policy/${UUID}`)).toBe(false);
  expect(isObjectId('iam.user/ann')).toBe(false);
  expect(isObjectId(`of iam.user/${UUID}`)).toBe(false);
});

describe('upTo', () => {
  const at = (position: number) =>
    create(AggregateChangeSchema, {
      event: {
        position: BigInt(position),
        recordedAt: timestampFromMs(position * 1000),
      },
    });
  const all = [at(3), at(2), at(1)];
  const positions = (moment: Parameters<typeof upTo>[1]) =>
    upTo(all, moment).map(({ event }) => Number(event?.position));

  it('keeps all when it is now', () => {
    expect(positions(undefined)).toEqual([3, 2, 1]);
  });

  it('keeps what had happened by then, the moment itself included', () => {
    expect(positions({ kind: 'position', position: 2n })).toEqual([2, 1]);
    expect(positions({ kind: 'time', time: new Date(2000) })).toEqual([2, 1]);
    expect(positions({ kind: 'time', time: new Date(1999) })).toEqual([1]);
  });
});
