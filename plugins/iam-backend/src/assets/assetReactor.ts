/** Clears away images that nobody has any more: at once, but never too early. */
import { defineReactor, type Reactor } from '@callboard/plugin-eventstore-node';
import {
  avatarChanged,
  avatarRemoved,
  organizationRemoved,
  userErased,
  userRemoved,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import type { Assets } from './Assets';

export function assetReactor(assets: Assets): Reactor {
  // The event says whose they are.
  const job = () => ({});
  return defineReactor({
    name: 'assets',
    events: [
      avatarChanged,
      avatarRemoved,
      userRemoved,
      userErased,
      organizationRemoved,
    ],
    on: {
      'iam.user.avatar_changed': job,
      'iam.user.avatar_removed': job,
      'iam.user.removed': job,
      'iam.user.erased': job,
      'iam.organization.removed': job,
    },
    from: 'first event',
    async run({ event: { aggregateId: owner, instance } }) {
      if (owner.startsWith('iam.user/')) {
        await assets.clearAvatars(instance, owner as string as UserId);
      } else {
        await assets.clearOrganization(
          instance,
          owner as string as OrganizationId,
        );
      }
    },
  });
}
