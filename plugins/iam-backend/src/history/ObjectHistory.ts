/**
 * What happened to one thing: who did it, and what was there before and after.
 * Seen by whoever may see the thing; one's own account by oneself.
 */
import {
  aggregateTypeOf,
  type AggregateId,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import {
  diffStates,
  hideSecrets,
  StateFold,
  type CommandRunner,
  type Difference,
  type EventLog,
} from '@callboard/plugin-eventstore-node';
import { requirePermission } from '../commands/requirePermission';
import { findTarget } from '../commands/targets';
import { aggregates } from '../domain/aggregates';
import type { Authorizer, Caller } from '../queries/Authorizer';

export interface ObjectChange {
  readonly event: EventEnvelope;
  readonly fields: readonly Difference[];
}

export interface ObjectHistoryPage {
  /** The last first. */
  readonly changes: readonly ObjectChange[];
  /** For the page after this one: below which version it begins. */
  readonly next: number | undefined;
}

export class ObjectHistory {
  readonly #runner: CommandRunner;
  readonly #log: EventLog;
  readonly #authorizer: Authorizer;

  constructor(options: {
    runner: CommandRunner;
    log: EventLog;
    authorizer: Authorizer;
  }) {
    this.#runner = options.runner;
    this.#log = options.log;
    this.#authorizer = options.authorizer;
  }

  /**
   * @throws CommandRejectedError `….not_found` when there is no such thing, or
   * none that the caller may see; PermissionDeniedError for the instance
   */
  async list(
    caller: Caller,
    object: AggregateId,
    { limit, below }: { readonly limit: number; readonly below?: number },
  ): Promise<ObjectHistoryPage> {
    await this.#requireSeen(caller, object);
    const definition = aggregates.find(
      ({ type }) => type === aggregateTypeOf(object),
    );
    const secret = new Set(
      definition?.events.flatMap(event => event.secret ?? []),
    );
    const fold = new StateFold(definition);
    const steps = (await this.#log.readAggregate(object))
      .map(event => fold.apply(event))
      .filter(({ event }) => below === undefined || event.version < below)
      .reverse();
    const page = steps.slice(0, limit);
    return {
      changes: page.map(({ event, before, after }) => ({
        event,
        fields: diffStates(
          hideSecrets(before, secret),
          hideSecrets(after, secret),
        ),
      })),
      next: steps.length > limit ? page.at(-1)!.event.version : undefined,
    };
  }

  async #requireSeen(caller: Caller, object: AggregateId): Promise<void> {
    const { instance } = caller;
    const target = await findTarget(this.#runner, instance, object, 'object');
    if (caller.kind === 'user' && (caller.user as AggregateId) === object) {
      return;
    }
    await requirePermission(
      { authorizer: this.#authorizer },
      caller,
      target.read,
      target.scope,
      target,
    );
  }
}
