import fc from 'fast-check';
import { ids } from './__testUtils__/scene';
import { IdMap } from './IdMap';
import type { UserId } from '@callboard/plugin-iam-common';

const users = Array.from({ length: 12 }, () => ids.user());

it('holds what a Map holds, and leaves the one before as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(users.length - 1), fc.option(fc.nat(5)))),
      changes => {
        const plain = new Map<UserId, number>();
        let map = IdMap.empty<UserId, number>();
        for (const [at, value] of changes) {
          const user = users[at]!;
          const before = map;
          const was = before.get(user);
          if (value === null) {
            map = map.without(user);
            plain.delete(user);
          } else {
            map = map.with(user, value);
            plain.set(user, value);
          }
          expect(before.get(user)).toBe(was);
          expect(map.has(user)).toBe(plain.has(user));
        }
        expect(new Map(map)).toEqual(plain);
        expect(map.size).toBe(plain.size);
        expect(new Set(map.keys())).toEqual(new Set(plain.keys()));
      },
    ),
    { seed: 5 },
  );
});
