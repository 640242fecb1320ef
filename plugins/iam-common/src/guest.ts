import { matchesPermission } from './permissions/permissionPattern';

/** What guests can be given, by name. */
const GUEST_ROLES: Readonly<Record<string, readonly string[]>> = {
  // For a portal that only its own machine can reach: whoever tries it is to
  // see all of it.
  'local-trial': ['*'],
};

/** Backstage's own default for `auth.providers.guest.userEntityRef`. */
const DEFAULT_GUEST = 'user:development/guest';

/**
 * Who a guest is, and what they may do.
 *
 * @public
 */
export interface Guest {
  readonly userEntityRef: string;
  may(permission: string): boolean;
}

/**
 * The guests of a portal, as its configuration lets them in.
 *
 * @returns undefined when guests may do nothing
 * @throws Error when `permission.iam.guestRole` names no role
 *
 * @public
 */
export function readGuest(config: {
  getOptionalString(key: string): string | undefined;
}): Guest | undefined {
  const name = config.getOptionalString('permission.iam.guestRole');
  if (name === undefined) {
    return undefined;
  }
  const patterns = Object.hasOwn(GUEST_ROLES, name)
    ? GUEST_ROLES[name]
    : undefined;
  if (!patterns) {
    throw new Error(
      `permission.iam.guestRole: there is no role '${name}', only ${Object.keys(
        GUEST_ROLES,
      ).join(', ')}`,
    );
  }
  return {
    userEntityRef:
      config.getOptionalString('auth.providers.guest.userEntityRef') ??
      DEFAULT_GUEST,
    may: permission =>
      patterns.some(pattern => matchesPermission(pattern, permission)),
  };
}
