import {
  groupEntityRef,
  organizationEntityRef,
  userEntityRef,
  userIdOfEntityRef,
} from './entityRefs';
import type { UserId } from './identifiers';
import { slugSchema } from './values/slug';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('names in the catalog', () => {
  it('calls a user by its id, and finds it again', () => {
    const ref = userEntityRef(`iam.user/${uuid}` as UserId);
    expect(ref).toBe(`user:default/${uuid}`);
    expect(userIdOfEntityRef(ref)).toBe(`iam.user/${uuid}`);
  });

  it.each([
    'user:default/guest',
    `user:other/${uuid}`,
    `group:default/${uuid}`,
    `user:default/${uuid.toUpperCase()}`,
    `user:default/${uuid}/x`,
    `user:default/`,
    '',
  ])('knows %j as no user', ref => {
    expect(userIdOfEntityRef(ref)).toBeUndefined();
  });

  it('calls an organization as no group can be called', () => {
    const ref = organizationEntityRef('acme');
    const [namespace, name] = ref.slice('group:'.length).split('/');
    expect(namespace).toBe('acme');
    expect(slugSchema.safeParse(name).success).toBe(false);
    expect(name).toMatch(/^[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*$/);
    expect(groupEntityRef({ organization: 'acme', group: 'platform' })).toBe(
      'group:acme/platform',
    );
  });
});
