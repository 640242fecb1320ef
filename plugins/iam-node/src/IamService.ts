/** What other plugins can ask IAM about people and what they may do. */
import type { Position } from '@callboard/plugin-eventstore-common';
import type {
  GroupId,
  OrganizationId,
  ProjectId,
  ScopeId,
  UserId,
} from '@callboard/plugin-iam-common';

/**
 * Which state of affairs an answer has to show.
 *
 * @public
 */
export interface IamReadOptions {
  /** Everything that was stored before the question, whoever stored it. */
  readonly fresh?: boolean;
  /** At least what was stored up to this position: read-your-writes. */
  readonly after?: Position;
  /** What was so at this position or time. */
  readonly asOf?: Position | Date;
  readonly signal?: AbortSignal;
}

/**
 * A person or a machine.
 *
 * @public
 */
export interface IamUser {
  readonly id: UserId;
  /** `user:default/<uuid>` */
  readonly entityRef: string;
  readonly type: 'human' | 'machine';
  /**
   * `initial`, `invited`, `active`, `inactive`, `locked`, `removed` or `erased`.
   */
  readonly status: string;
  readonly organization: OrganizationId;
  /** Null once it is erased, like all that says who they are. */
  readonly displayName: string | null;
  readonly username: string | null;
  readonly email: string | null;
}

/** @public */
export interface IamGroup {
  readonly id: GroupId;
  /** `group:<slug of the organization>/<slug>` */
  readonly entityRef: string;
  readonly organization: OrganizationId;
  readonly name: string;
  /** Whether the user is in the group itself, not only in one below it. */
  readonly direct: boolean;
}

/**
 * To which things of the portal a permission is limited. All conditions of an
 * allowance have to hold for a thing.
 *
 * @public
 */
export type AllowanceCondition =
  | {
      /** Owned by the user or a group of theirs. */
      readonly kind: 'owned';
      readonly user: UserId;
      /** Entity references of the user and of all groups they are in. */
      readonly owners: readonly string[];
    }
  | {
      /** Of an organization. */
      readonly kind: 'organization';
      readonly organization: OrganizationId;
      readonly slug: string;
    }
  | { readonly kind: 'tagged'; readonly tags: readonly string[] }
  | { readonly kind: 'kind'; readonly kinds: readonly string[] };

/**
 * One way in which a user has a permission in the portal.
 *
 * @public
 */
export interface Allowance {
  /** None: for everything in the portal. */
  readonly conditions: readonly AllowanceCondition[];
  /** The role that carries it. */
  readonly by:
    | {
        readonly kind: 'administrator';
        readonly scope: ScopeId;
        readonly role: string;
      }
    | {
        readonly kind: 'role';
        readonly project: ProjectId;
        readonly role: string;
      };
}

/**
 * IAM for other plugins. All questions are about the instance that the portal
 * belongs to (`iam.instance`); nobody of another one is known.
 *
 * To learn what changes, subscribe to the events of
 * `@callboard/plugin-iam-common` with a projection or a reactor of your own.
 *
 * @public
 */
export interface IamService {
  /**
   * Whether a user may do something to an instance, an organization or a
   * project: by an administrator role there or above it, or, when the
   * permission is not one of IAM's own, by a role of that project which carries
   * it without conditions.
   *
   * Of somebody who cannot act, or of a scope that is gone, the answer is no.
   *
   * @throws ViewBehindError, ViewNotReadyError: with `retryAfter`, in seconds
   */
  may(
    user: UserId,
    permission: string,
    scope: ScopeId,
    options?: IamReadOptions,
  ): Promise<boolean>;

  /**
   * All ways in which a user has a permission in the portal at large. None: they
   * may not.
   *
   * @throws as {@link IamService.may}
   */
  allowancesOf(
    user: UserId,
    permission: string,
    options?: IamReadOptions,
  ): Promise<Allowance[]>;

  /**
   * Who a user is.
   *
   * @returns undefined when there is no such user
   * @throws as {@link IamService.may}
   */
  userOf(user: UserId, options?: IamReadOptions): Promise<IamUser | undefined>;

  /**
   * The groups that a user is in, those around them included.
   *
   * @throws as {@link IamService.may}
   */
  groupsOf(user: UserId, options?: IamReadOptions): Promise<IamGroup[]>;
}
