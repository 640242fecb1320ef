/** What people see of sources, and what they can ask for. */
import type {
  Actor,
  InstanceId,
  Position,
} from '@callboard/plugin-eventstore-common';
import {
  deriveAggregateId,
  type EventLog,
} from '@callboard/plugin-eventstore-node';
import { instanceAggregateId, refusal } from '@callboard/plugin-iam-common';
import { actorOf } from '../commands/CommandRequest';
import type { Authorizer, Caller } from '../queries/Authorizer';
import { reconciliationRequested } from './events';
import type { SourceConfig } from './readAsCodeConfig';
import {
  planLines,
  renderPlan,
  summarize,
  type PlanLine,
  type PlanSummary,
} from './renderPlan';
import type { ManagedObject, SourceRow, SourceStore } from './SourceStore';

export interface Source extends SourceRow {
  readonly target: string;
  readonly mode: SourceConfig['mode'];
  readonly summary: PlanSummary | null;
  readonly lines: readonly PlanLine[];
  /** The same as text. */
  readonly text: string;
}

export interface SourcesOptions {
  readonly sources: readonly SourceConfig[];
  readonly store: SourceStore;
  readonly log: EventLog;
  readonly authorizer: Pick<Authorizer, 'require'>;
}

/**
 * Seen with `iam.instance.read`; ordered with `iam.instance.update`, for what a
 * source describes reaches over all organizations.
 */
export class Sources {
  readonly #options: SourcesOptions;

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  /** All that are configured for the caller's instance. */
  async list(caller: Caller): Promise<Source[]> {
    await this.#require(caller, 'iam.instance.read');
    const rows = await this.#options.store.list(caller.instance);
    return this.#configured(caller.instance).map(({ name, target, mode }) => {
      const row: SourceRow = rows.find(each => each.name === name) ?? {
        name,
        state: 'pending',
        revision: null,
        position: null,
        comparedAt: null,
        planId: null,
        plan: null,
        applying: null,
        appliedPlan: null,
        appliedRevision: null,
        appliedAt: null,
        look: false,
        error: null,
        errorSince: null,
      };
      return {
        ...row,
        target,
        mode,
        summary: row.plan && summarize(row.plan),
        lines: row.plan ? planLines(row.plan) : [],
        text: row.plan ? renderPlan(row.plan) : '',
      };
    });
  }

  /** Which of these things are managed by a source; all when left out. */
  async managed(
    caller: Caller,
    filter: Parameters<SourceStore['managed']>[1] = {},
  ): Promise<ManagedObject[]> {
    await this.#require(caller, 'iam.instance.read');
    return this.#options.store.managed(caller.instance, filter);
  }

  /** Has a source read and compared now. */
  async look(caller: Caller, name: string): Promise<Position> {
    await this.#require(caller, 'iam.instance.update');
    const key = this.#key(caller.instance, name);
    await this.#options.store.look(key);
    return this.#request(caller, name, undefined);
  }

  /**
   * Has the plan made that the caller has seen. What of it is no longer due is
   * left out; nothing is added to it.
   *
   * @throws CommandRejectedError `iam.version.stale` when there is another plan
   * by now, or one is under way
   */
  async apply(caller: Caller, name: string, planId: string): Promise<Position> {
    await this.#require(caller, 'iam.instance.update');
    const key = this.#key(caller.instance, name);
    const row = await this.#options.store.get(caller.instance, name);
    if (!row?.plan || row.planId !== planId || row.applying) {
      throw refusal('iam.version.stale', 'plan');
    }
    const position = await this.#options.store.order(
      key,
      {
        planId,
        revision: row.revision!,
        changes: row.plan.changes,
        orderedBy: this.#actor(caller).id,
      },
      () => this.#request(caller, name, planId),
    );
    if (position === undefined) {
      throw refusal('iam.version.stale', 'plan');
    }
    return position;
  }

  #configured(instance: InstanceId): SourceConfig[] {
    return this.#options.sources.filter(each => each.instance === instance);
  }

  #key(instance: InstanceId, name: string) {
    if (!this.#configured(instance).some(each => each.name === name)) {
      throw refusal('iam.source.not_found', 'source');
    }
    return { instance, name };
  }

  #actor(caller: Caller): Actor {
    return actorOf(caller, false);
  }

  async #request(
    caller: Caller,
    source: string,
    plan: string | undefined,
  ): Promise<Position> {
    const { instance } = caller;
    const { position } = await this.#options.log.append({
      instance,
      actor: this.#actor(caller),
      context: { plugin: 'iam' },
      aggregates: [
        {
          id: deriveAggregateId('iam.source', instance, source),
          expected: 'any',
          events: [reconciliationRequested.of({ source, plan })],
        },
      ],
    });
    return position;
  }

  async #require(
    caller: Caller,
    permission: 'iam.instance.read' | 'iam.instance.update',
  ): Promise<void> {
    await this.#options.authorizer.require(
      caller,
      permission,
      instanceAggregateId(caller.instance),
    );
  }
}
