/**
 * How Backstage's credentials name somebody who showed a secret of IAM's: by the
 * user, and by what was shown. `iam.user/<uuid>#<token>`, or `…#secret`.
 */
import { userIdSchema, type UserId } from '@callboard/plugin-iam-common';

export interface BearerSubject {
  readonly user: UserId;
  /** The id of a personal access token; undefined: the client secret. */
  readonly token: string | undefined;
}

const SECRET = 'secret';

export function bearerSubject({ user, token }: BearerSubject): string {
  return `${user}#${token ?? SECRET}`;
}

/** Undefined for subjects of any other kind. */
export function parseSubject(subject: string): BearerSubject | undefined {
  const [user, shown, ...more] = subject.split('#');
  const parsed = userIdSchema.safeParse(user);
  if (!parsed.success || !shown || more.length > 0) {
    return undefined;
  }
  return { user: parsed.data, token: shown === SECRET ? undefined : shown };
}
