/** Compares a source with what is there, and makes the changes that are due. */
import type {
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import type { Actor } from '@callboard/plugin-eventstore-common';
import type { IamCommands } from '../commands/IamCommands';
import type { IamViews } from '../queries/IamViews';
import { applyPlan } from './applyPlan';
import { describe, type Desired } from './describe';
import { plan, planIdOf, type Change, type Plan } from './plan';
import { readActual, type ReadState } from './readActual';
import type { SourceConfig } from './readAsCodeConfig';
import { readDocuments, type Fault } from './readDocuments';
import { readSource, type ReadSource } from './sources/readSource';
import type {
  PlanUnderWay,
  SourceKey,
  SourceRow,
  SourceState,
  SourceStore,
} from './SourceStore';

export interface ReconcilerOptions {
  readonly views: IamViews;
  readonly commands: IamCommands;
  readonly store: SourceStore;
  readonly urlReader: UrlReaderService;
  readonly logger: LoggerService;
}

/** A comparison, at one position of the log. */
interface Compared {
  readonly desired: Desired;
  readonly actual: ReadState;
  readonly plan: Plan;
}

/** Things that a person can look at; what stands in their lists goes with them. */
const MARKED = new Set([
  'organization',
  'administrator_role',
  'project',
  'role',
  'group',
]);

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #read = new Map<string, ReadSource>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /**
   * One round for one source.
   *
   * @param round - `read`: read the source anew, not only compare
   * @throws LaterLeaderError, and what the log and the views throw
   */
  async reconcile(
    source: SourceConfig,
    round: { epoch: number; read: boolean; signal?: AbortSignal },
  ): Promise<SourceState> {
    const { store } = this.#options;
    const key: SourceKey = { ...source, epoch: round.epoch };
    const row = await store.get(source.instance, source.name);
    let read: ReadSource;
    try {
      read = await this.#readFiles(source, {
        ...round,
        read: round.read || (row?.look ?? false),
      });
    } catch (error) {
      round.signal?.throwIfAborted();
      await store.failed(key, messageOf(error));
      return 'unreadable';
    }
    const { documents, faults: unread } = readDocuments(read.files);
    const { desired: all, faults: beyond } = describe(
      documents,
      source,
      this.#options.views.clock(),
    );
    const { desired, faults: elsewhere } = await this.#own(key, all);
    const faults = [...unread, ...beyond, ...elsewhere];
    const compare = () => this.#compare(source, desired, faults, round.signal);

    let compared = await compare();
    let refused: readonly Fault[] = [];
    let { appliedPlan, appliedRevision } = row ?? {
      appliedPlan: null,
      appliedRevision: null,
    };
    const underWay =
      row?.applying ??
      (source.mode === 'enforce' &&
      unread.length === 0 &&
      compared.plan.changes.length > 0
        ? toUnderWay(source, read, compared, row)
        : undefined);
    if (underWay) {
      await store.begin(key, underWay);
      refused = await this.#apply(source, underWay, compared, round.signal);
      appliedPlan = underWay.planId;
      compared = await compare();
      const isWhole =
        refused.length === 0 && underWay.revision === read.revision;
      appliedRevision = isWhole ? read.revision : appliedRevision;
      await store.finish(
        key,
        underWay.planId,
        isWhole ? read.revision : undefined,
      );
    }
    if (
      compared.plan.changes.length === 0 &&
      compared.plan.faults.length === 0 &&
      appliedRevision !== read.revision
    ) {
      appliedRevision = read.revision;
      await store.upToDate(key, read.revision);
    }
    await this.#mark(key, compared);
    const found: Plan = {
      ...compared.plan,
      faults: [...compared.plan.faults, ...refused],
    };
    const state =
      refused.length > 0
        ? 'faulty'
        : stateOf(found, appliedRevision === read.revision);
    await store.compared(key, {
      state,
      revision: read.revision,
      position: compared.actual.position,
      plan: found,
      planId: planId(source, read, compared, row && { ...row, appliedPlan }),
    });
    return state;
  }

  async #readFiles(
    source: SourceConfig,
    { read, signal }: { read: boolean; signal?: AbortSignal },
  ): Promise<ReadSource> {
    const before = this.#read.get(source.name);
    if (before && !read) {
      return before;
    }
    const { urlReader } = this.#options;
    const found = await readSource(source.target, {
      urlReader,
      before,
      signal,
    });
    this.#read.set(source.name, found);
    return found;
  }

  /** What two sources describe, only the first one manages. */
  async #own(
    key: SourceKey,
    desired: Desired,
  ): Promise<{ desired: Desired; faults: Fault[] }> {
    const others = await this.#options.store.managedElsewhere(key, [
      ...desired.resources.keys(),
    ]);
    const faults: Fault[] = [];
    const resources = new Map(desired.resources);
    for (const [name, other] of others) {
      faults.push({
        code: 'iam.as_code.managed_elsewhere',
        message: `${name} is managed by the source ${other}`,
        place: desired.resources.get(name)?.place,
      });
      resources.delete(name);
    }
    return { desired: { ...desired, resources }, faults };
  }

  async #compare(
    { instance }: SourceConfig,
    desired: Desired,
    faults: readonly Fault[],
    signal?: AbortSignal,
  ): Promise<Compared> {
    const actual = await readActual(
      this.#options.views,
      instance,
      desired,
      signal,
    );
    const found = plan(desired, actual);
    return {
      desired,
      actual,
      plan: { ...found, faults: [...faults, ...found.faults] },
    };
  }

  /** Makes those changes of a plan that are still due. */
  async #apply(
    source: SourceConfig,
    underWay: PlanUnderWay,
    { actual, plan: due }: Compared,
    signal?: AbortSignal,
  ): Promise<readonly Fault[]> {
    const steps = due.changes.flatMap(change => {
      const at = underWay.changes.findIndex(each => includes(each, change));
      return at < 0 ? [] : [{ at, change }];
    });
    const { commands, events, faults } = await applyPlan({
      commands: this.#options.commands,
      instance: source.instance,
      actor: actorOf(source, underWay),
      planId: underWay.planId,
      steps,
      ids: actual.ids,
      users: actual.users,
      signal,
    });
    this.#options.logger.info(
      `Applied ${source.name} at ${underWay.revision}: ${commands} commands, ${events} events, ${faults.length} refused`,
    );
    return faults;
  }

  async #mark(key: SourceKey, { desired, actual }: Compared): Promise<void> {
    const objects = [...desired.resources.values()]
      .filter(({ resource, absent }) => !absent && MARKED.has(resource.kind))
      .map(({ resource, place }) => ({
        key: resource.key,
        id: actual.ids.get(resource.key),
        place,
      }));
    await this.#options.store.mark(key, objects);
  }
}

/** How the log names it: the source and the revision. */
function actorOf(source: SourceConfig, underWay: PlanUnderWay): Actor {
  const { revision, orderedBy } = underWay;
  return {
    kind: 'spooler',
    id: `as-code/${source.name}@${revision.replace(/[^\w.:/+=-]/g, '').slice(0, 100)}`,
    ...(orderedBy === undefined ? {} : { onBehalfOf: orderedBy }),
  };
}

function toUnderWay(
  source: SourceConfig,
  read: ReadSource,
  compared: Compared,
  row: SourceRow | undefined,
): PlanUnderWay {
  return {
    planId: planId(source, read, compared, row),
    revision: read.revision,
    changes: compared.plan.changes,
  };
}

/**
 * A plan keeps its name until it was applied. The same changes need a new one
 * after that: under the old one the log has them already.
 */
function planId(
  source: SourceConfig,
  { revision }: ReadSource,
  { actual, plan: { changes } }: Compared,
  row:
    | Pick<SourceRow, 'planId' | 'plan' | 'revision' | 'appliedPlan'>
    | undefined,
): string {
  const isKnown =
    row?.planId &&
    row.planId !== row.appliedPlan &&
    row.revision === revision &&
    JSON.stringify(row.plan?.changes.map(sameChange)) ===
      JSON.stringify(changes.map(sameChange));
  return isKnown
    ? row.planId!
    : planIdOf({ name: source.name, revision }, actual.position, changes);
}

/** What tells one change from another: not where it stands. */
function sameChange({ action, resource, fields }: Change): string {
  return JSON.stringify([action, resource.key, fields]);
}

/** Of what was to be made only some fields may be left, after a crash. */
function includes(planned: Change, due: Change): boolean {
  if (sameChange(planned) === sameChange(due)) {
    return true;
  }
  return (
    planned.action === 'create' &&
    due.action === 'change' &&
    planned.resource.key === due.resource.key &&
    due.fields.every(({ field, after }) =>
      planned.fields.some(
        each =>
          each.field === field &&
          JSON.stringify(each.after) === JSON.stringify(after),
      ),
    )
  );
}

function stateOf(
  { changes, extras, faults }: Plan,
  isApplied: boolean,
): SourceState {
  if (changes.length > 0) {
    return isApplied ? 'drifted' : 'pending';
  }
  if (faults.length > 0) {
    return 'faulty';
  }
  return extras.length > 0 ? 'drifted' : 'in_sync';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
