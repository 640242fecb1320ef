/**
 * Writes down what has ended by itself: grants, administrator roles, locks. They
 * have no effect from their end on, whenever this comes by; but the trail says
 * so, and what depends on the event follows.
 */
import {
  CommandRejectedError,
  type AggregateId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import type {
  CommandRunner,
  EventLog,
} from '@callboard/plugin-eventstore-node';
import {
  userLocked,
  userUnlocked,
  type UserId,
} from '@callboard/plugin-iam-common';
import { runWork } from '../commands/runWork';
import { expireRole } from '../domain/access/revokeRoles';
import { expireAdministrator } from '../domain/administration/assignAdministrator';
import { expectVersion, type UnitOfWork } from '../domain/unitOfWork';
import { changeUser } from '../domain/user/changeUser';
import { userAggregate } from '../domain/user/user';
import type { Dependent, DependentsView } from './DependentsView';

export interface ExpiryOptions {
  readonly runner: CommandRunner;
  readonly log: EventLog;
  readonly dependents: DependentsView;
  /** Told of what could not be written down; it is tried again. */
  readonly onError: (error: unknown, what: Dependent) => void;
}

const ACTOR = { kind: 'spooler', id: 'iam.expiry' } as const;
const BATCH = 500;

/** It was changed since: it has not ended, or somebody has been faster. */
const NO_MATTER = new Set(['iam.access.not_expired', 'iam.version.stale']);

export class Expiry {
  readonly #options: ExpiryOptions;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /**
   * @returns how many had ended; as many as `BATCH` mean that there may be more
   */
  async run(now: Date): Promise<number> {
    const ended = await this.#options.dependents.ended(now, BATCH);
    for (const each of ended) {
      try {
        await this.#end(each, now);
      } catch (error) {
        if (!isNoMatter(error)) {
          this.#options.onError(error, each);
        }
      }
    }
    return ended.length;
  }

  async #end(each: Dependent, now: Date): Promise<void> {
    const work =
      each.kind === 'locks'
        ? await this.#unlock(each.dependent as UserId, now)
        : endOf(each);
    if (work) {
      await runWork(this.#options.runner, {
        instance: each.instance as InstanceId,
        actor: ACTOR,
        command: {},
        work,
      });
    }
  }

  /** A lock that replaced the one that has ended stays. */
  async #unlock(
    user: UserId,
    now: Date,
  ): Promise<(() => UnitOfWork) | undefined> {
    const events = await this.#options.log.readAggregate(user, {
      personalContext: false,
    });
    const last = events
      .filter(event => userLocked.is(event) || userUnlocked.is(event))
      .at(-1);
    const until = last && userLocked.is(last) ? last.payload.until : undefined;
    if (until === undefined || Date.parse(until) > now.getTime()) {
      return undefined;
    }
    const { version } = events.at(-1)!;
    return function* unlock(): UnitOfWork {
      yield* expectVersion(userAggregate, user, version);
      yield* changeUser({ kind: 'Unlock', user });
    };
  }
}

function endOf({ kind, owner, dependent, detail }: Dependent) {
  return (): UnitOfWork =>
    kind === 'grants'
      ? expireRole({ subject: dependent, project: owner, role: detail })
      : expireAdministrator({
          scope: owner as AggregateId,
          subject: dependent,
          role: detail,
        });
}

function isNoMatter(error: unknown): boolean {
  return error instanceof CommandRejectedError && NO_MATTER.has(error.code);
}
