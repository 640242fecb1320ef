/**
 * Why somebody may do something, or why not: every chain from the user through
 * groups to a role that carries the permission, whether it holds, and who
 * decided each of its links.
 */
import type { Actor, Position } from '@callboard/plugin-eventstore-common';
import {
  instanceAggregateId,
  type AdministrationLevel,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type RoleCondition,
  type ScopeId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { chainsOf } from './explain/chainsOf';
import { decisionsAt } from './explain/decisionsAt';
import { readFacts } from './explain/readFacts';
import { whyNotAtAll, type ActorObstacle } from './explain/whyNotAtAll';
import type { ReadOptions } from './paging/Page';
import type { QueryContext } from './QueryContext';

/** Who made it so, and when. */
export interface Decided {
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: Actor;
}

/** A step on the way from a user to a permission. */
export type Link =
  | {
      readonly kind: 'membership';
      readonly member: SubjectId;
      readonly group: GroupId;
      readonly decided: Decided;
    }
  | {
      readonly kind: 'assignment';
      readonly holder: SubjectId;
      readonly scope: ScopeId;
      readonly level: AdministrationLevel;
      readonly role: string;
      readonly expiresAt: string | null;
      readonly decided: Decided;
    }
  | {
      readonly kind: 'grant';
      readonly holder: SubjectId;
      readonly project: ProjectId;
      readonly role: string;
      readonly organization: OrganizationId;
      readonly expiresAt: string | null;
      readonly decided: Decided;
    }
  | {
      /** The project's roles are delegated to the holder's organization. */
      readonly kind: 'delegation';
      readonly project: ProjectId;
      readonly organization: OrganizationId;
      readonly decided: Decided;
    }
  | {
      readonly kind: 'role';
      /** Of a project, or an administrator role that was defined. */
      readonly of: string | null;
      readonly role: string;
      readonly name: string;
      /** Those of its patterns that include the permission. */
      readonly patterns: readonly string[];
      /** Since when it carries the permission. Null: it is built in. */
      readonly decided: Decided | null;
    };

/** What keeps a chain from holding. */
export type ChainObstacle =
  | 'expired'
  | 'project_inactive'
  | 'project_removing'
  | 'project_removed'
  | 'project_organization_inactive'
  | 'delegation_inactive'
  | 'delegation_ended'
  | 'role_not_delegated'
  | 'role_removing'
  | 'role_removed'
  | 'permission_not_at_level';

export interface Chain {
  readonly links: readonly Link[];
  /** It holds when there is nothing here. */
  readonly obstacles: readonly ChainObstacle[];
  /** All of which must hold for the thing in question. */
  readonly conditions: readonly RoleCondition[];
  /** Since when all of its links have been there. ISO 8601. */
  readonly since: string;
}

export interface Explanation {
  /** `conditional`: for some things only, as the chains say. */
  readonly decision: 'allow' | 'conditional' | 'deny';
  /** What keeps the user from doing anything at all. */
  readonly obstacles: readonly ActorObstacle[];
  /** Those that hold first. */
  readonly chains: readonly Chain[];
}

export interface Question {
  readonly subject: UserId;
  /** Of IAM or of another plugin. */
  readonly permission: string;
  /** The instance when left out. */
  readonly scope?: ScopeId;
}

export class Explainer {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /**
   * Answered for whoever may see the user (`iam.user.read`), and for oneself.
   *
   * @returns undefined when there is no such user that the caller may see
   */
  async explain(
    caller: Caller,
    question: Question,
    options: ReadOptions = {},
  ): Promise<Explanation | undefined> {
    const { permission, subject } = question;
    const scope = question.scope ?? instanceAggregateId(caller.instance);
    const moment = await this.#context.momentOf(options);
    const facts = await readFacts(this.#context, {
      instance: caller.instance,
      subject,
      scope,
      permission,
      moment,
      options,
    });
    if (!facts) {
      return undefined;
    }
    const isSelf = caller.kind === 'user' && caller.user === subject;
    if (
      !isSelf &&
      !(await this.#context.may(
        caller,
        'iam.user.read',
        facts.actor.organization,
        options,
      ))
    ) {
      return undefined;
    }
    const obstacles = whyNotAtAll(facts.actor, moment.time);
    const undecided = chainsOf(facts, { subject, permission, moment });
    const chains = await decisionsAt(
      this.#context.views.log,
      undecided,
      permission,
      moment,
    );
    const holding = chains.filter(chain => chain.obstacles.length === 0);
    const isAllowed = holding.some(({ conditions }) => conditions.length === 0);
    let decision: Explanation['decision'] = 'deny';
    if (obstacles.length === 0 && holding.length > 0) {
      decision = isAllowed ? 'allow' : 'conditional';
    }
    return {
      decision,
      obstacles,
      chains: [
        ...holding,
        ...chains.filter(chain => chain.obstacles.length > 0),
      ],
    };
  }
}
