import type {
  Actor,
  InstanceId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { Permission, ScopeId, UserId } from '@callboard/plugin-iam-common';

/**
 * Who asks: a person or machine of an instance, or the portal's operator, who
 * may do everything in every instance (the API's audience `system`).
 */
export type Caller =
  | {
      readonly kind: 'user';
      readonly instance: InstanceId;
      readonly user: UserId;
      /**
       * Permission patterns of the token that was shown. It can do what these
       * and its user's roles allow; all that the roles do when left out.
       */
      readonly tokenScopes?: readonly string[];
    }
  | {
      readonly kind: 'operator';
      readonly instance: InstanceId;
      /** The part of the portal that acts, as the log names it. */
      readonly actor?: Actor;
    };

export interface AuthorizeOptions {
  /**
   * Decide on everything that was stored before the question, whoever stored
   * it. Without it a change takes effect once the view has it, which is some
   * milliseconds later. Commands ask for it.
   */
  readonly fresh?: boolean;
  /** At least what was stored up to this position: read-your-writes. */
  readonly after?: Position;
  /** What was so at this position or time. */
  readonly asOf?: Position | Date;
  readonly signal?: AbortSignal;
}

/** Decides whether a caller may do something. */
export interface Authorizer {
  /**
   * Whether the caller has one of IAM's permissions for an instance, an
   * organization or a project. Held for an instance it holds in all its
   * organizations, held for an organization in all its projects.
   *
   * Of a scope that does not exist, is gone or belongs to another instance the
   * answer is no.
   *
   * @throws ViewBehindError, ViewNotReadyError: with `retryAfter`, in seconds
   */
  may(
    caller: Caller,
    permission: Permission,
    scope: ScopeId,
    options?: AuthorizeOptions,
  ): Promise<boolean>;

  /**
   * As `may`, but throws when the answer is no.
   *
   * @throws PermissionDeniedError
   */
  require(
    caller: Caller,
    permission: Permission,
    scope: ScopeId,
    options?: AuthorizeOptions,
  ): Promise<void>;

  /**
   * The patterns of all administrator roles that hold for the caller at a
   * scope, those of wider scopes included. Nobody hands out more than they
   * have: every pattern of a role that is defined or assigned has to be covered
   * (`coversPattern`) by one of these.
   */
  patternsOf(
    caller: Caller,
    scope: ScopeId,
    options?: AuthorizeOptions,
  ): Promise<string[]>;
}

/** The caller has no role that carries the permission there. */
export class PermissionDeniedError extends Error {
  readonly code = 'iam.permission.denied';
  readonly status = 403;
  readonly permission: string;
  readonly scope: string;

  constructor(permission: string, scope: string) {
    super(`The permission ${permission} is needed for ${scope}`);
    // The name by which Backstage and the APIs know such errors.
    this.name = 'NotAllowedError';
    this.permission = permission;
    this.scope = scope;
  }
}
