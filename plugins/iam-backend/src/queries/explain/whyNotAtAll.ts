/** What keeps a user from doing anything, whatever roles it has. */
export type ActorObstacle =
  | 'user_not_active'
  | 'user_locked'
  | 'user_inactive'
  | 'user_removed'
  | 'organization_inactive'
  | 'organization_removed'
  | 'instance_blocked'
  | 'instance_removed';

export interface ActorFacts {
  readonly organization: string;
  readonly status: string;
  /** ISO 8601. */
  readonly lockedUntil: string | null;
  readonly organizationStatus: string;
  readonly instanceStatus: string;
  readonly blocked: boolean;
}

const USER: Readonly<Record<string, ActorObstacle>> = {
  initial: 'user_not_active',
  invited: 'user_not_active',
  inactive: 'user_inactive',
  removed: 'user_removed',
  erased: 'user_removed',
};

export function whyNotAtAll(
  {
    status,
    lockedUntil,
    organizationStatus,
    instanceStatus,
    blocked,
  }: ActorFacts,
  time: Date,
): ActorObstacle[] {
  const obstacles: ActorObstacle[] = [];
  const isLocked =
    status === 'locked' &&
    !(lockedUntil !== null && Date.parse(lockedUntil) <= time.getTime());
  if (isLocked) {
    obstacles.push('user_locked');
  }
  const ofUser = USER[status];
  if (ofUser) {
    obstacles.push(ofUser);
  }
  if (organizationStatus !== 'active') {
    obstacles.push(
      organizationStatus === 'inactive'
        ? 'organization_inactive'
        : 'organization_removed',
    );
  }
  if (instanceStatus !== 'active') {
    obstacles.push('instance_removed');
  }
  if (blocked) {
    obstacles.push('instance_blocked');
  }
  return obstacles;
}
