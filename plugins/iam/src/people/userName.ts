import type { User } from '@callboard/plugin-iam-common/api';

/** What a user is called; what stands for it once they are erased. */
export function userName(user: Pick<User, 'displayName' | 'username'>): string {
  return user.displayName || user.username || 'Somebody who was erased';
}
