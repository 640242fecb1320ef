/** What is kept of each source: its last plan, what was applied, what it manages. */
import type { InstanceId, Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { Change, Plan } from './plan';
import type { Place } from './resources';

/**
 * - `in_sync`: what is there is as described.
 * - `pending`: this revision has not been applied yet.
 * - `drifted`: it was applied, and something was changed since elsewhere; or
 *   there is something that its lists don't name.
 * - `faulty`: something described is wrong or was refused.
 * - `unreadable`: the source cannot be read, or not be compared.
 */
export type SourceState =
  | 'in_sync'
  | 'pending'
  | 'drifted'
  | 'faulty'
  | 'unreadable';

/** A plan that was begun, or ordered. */
export interface PlanUnderWay {
  readonly planId: string;
  readonly revision: string;
  readonly changes: readonly Change[];
  /** Who ordered it; by itself when left out. */
  readonly orderedBy?: string;
}

export interface SourceRow {
  readonly name: string;
  readonly state: SourceState;
  readonly revision: string | null;
  readonly position: Position | null;
  /** ISO 8601. */
  readonly comparedAt: string | null;
  readonly planId: string | null;
  readonly plan: Plan | null;
  readonly applying: PlanUnderWay | null;
  readonly appliedPlan: string | null;
  readonly appliedRevision: string | null;
  readonly appliedAt: string | null;
  readonly look: boolean;
  readonly error: string | null;
  readonly errorSince: string | null;
}

export interface ManagedObject {
  /** E.g. `group acme/devs`. */
  readonly key: string;
  readonly id: string | null;
  readonly source: string;
  readonly file: string;
  readonly line: number;
  /** False: the source names it no more; it is left as it is. */
  readonly described: boolean;
}

/** A later leader has written; whoever writes now leads no more. */
export class LaterLeaderError extends Error {
  constructor() {
    super('Another process leads the operator by now');
    this.name = 'LaterLeaderError';
  }
}

const toIso = (value: unknown) =>
  value === null ? null : new Date(value as string | Date).toISOString();

export class SourceStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async list(instance: InstanceId): Promise<SourceRow[]> {
    const rows = await this.#knex('iam_sources')
      .where({ instance })
      .orderBy('name');
    return rows.map(row => ({
      name: row.name,
      state: row.state,
      revision: row.revision,
      position:
        row.position === null ? null : (Number(row.position) as Position),
      comparedAt: toIso(row.compared_at),
      planId: row.plan_id,
      plan: row.plan,
      applying: row.applying,
      appliedPlan: row.applied_plan,
      appliedRevision: row.applied_revision,
      appliedAt: toIso(row.applied_at),
      look: row.look,
      error: row.error,
      errorSince: toIso(row.error_since),
    }));
  }

  async get(
    instance: InstanceId,
    name: string,
  ): Promise<SourceRow | undefined> {
    const rows = await this.list(instance);
    return rows.find(row => row.name === name);
  }

  /** What a comparison came to. */
  async compared(
    of: SourceKey,
    found: {
      readonly state: SourceState;
      readonly revision: string;
      readonly position: Position;
      readonly planId: string;
      readonly plan: Plan;
    },
  ): Promise<void> {
    await this.#write(of, {
      state: found.state,
      revision: found.revision,
      position: String(found.position),
      compared_at: this.#knex.fn.now(),
      plan_id: found.planId,
      plan: JSON.stringify(found.plan),
      look: false,
      error: null,
      error_since: null,
    });
  }

  async failed(of: SourceKey, error: string): Promise<void> {
    const failed = { state: 'unreadable', error, look: false };
    await this.#write(
      of,
      { ...failed, error_since: this.#knex.fn.now() },
      {
        ...failed,
        error_since: this.#knex.raw('coalesce(iam_sources.error_since, now())'),
      },
    );
  }

  async begin(of: SourceKey, underWay: PlanUnderWay): Promise<void> {
    await this.#write(of, { applying: JSON.stringify(underWay) });
  }

  /** @param revision - when all of it was applied */
  async finish(
    of: SourceKey,
    planId: string,
    revision: string | undefined,
  ): Promise<void> {
    await this.#write(of, {
      applying: null,
      applied_plan: planId,
      applied_at: this.#knex.fn.now(),
      ...(revision === undefined ? {} : { applied_revision: revision }),
    });
  }

  /** There was nothing to apply. */
  async upToDate(of: SourceKey, revision: string): Promise<void> {
    await this.#write(of, { applied_revision: revision });
  }

  /**
   * Orders the plan that was shown.
   *
   * @param tell - makes it known; if that fails nothing is ordered
   * @returns undefined when there is another one by now, or one is under way
   */
  async order<TTold>(
    { instance, name }: Omit<SourceKey, 'epoch'>,
    underWay: PlanUnderWay,
    tell: () => Promise<TTold>,
  ): Promise<TTold | undefined> {
    return this.#knex.transaction(async transaction => {
      const changed = await transaction('iam_sources')
        .where({ instance, name, plan_id: underWay.planId })
        .whereNull('applying')
        .update({ applying: JSON.stringify(underWay) });
      return changed === 1 ? tell() : undefined;
    });
  }

  async look({ instance, name }: Omit<SourceKey, 'epoch'>): Promise<void> {
    await this.#knex('iam_sources')
      .where({ instance, name })
      .update({ look: true });
  }

  /** Forgets sources that are configured no more, and what they managed. */
  async keepOnly(
    instance: InstanceId,
    names: readonly string[],
  ): Promise<void> {
    await this.#knex('iam_sources')
      .where({ instance })
      .whereNotIn('name', names)
      .delete();
    await this.#knex('iam_source_objects')
      .where({ instance })
      .whereNotIn('source', names)
      .delete();
  }

  /** Which keys are managed by other sources, and by which. */
  async managedElsewhere(
    { instance, name }: Omit<SourceKey, 'epoch'>,
    keys: readonly string[],
  ): Promise<Map<string, string>> {
    const rows = await this.#knex('iam_source_objects')
      .where({ instance, described: true })
      .whereNot('source', name)
      .whereRaw('key = any(?::text[])', [[...keys]])
      .select('key', 'source');
    return new Map(rows.map(({ key, source }) => [key, source]));
  }

  /** Marks what a source manages, and what it names no more. */
  async mark(
    { instance, name }: Omit<SourceKey, 'epoch'>,
    objects: readonly { key: string; id: string | undefined; place: Place }[],
  ): Promise<void> {
    await this.#knex.transaction(async transaction => {
      const keys = objects.map(({ key }) => key);
      await transaction('iam_source_objects')
        .where({ instance, source: name, described: true })
        .whereRaw('not key = any(?::text[])', [keys])
        .update({ described: false });
      await transaction.raw(
        `INSERT INTO iam_source_objects AS o
           (instance, key, id, source, file, line, described)
         SELECT ?, key, id, ?, file, line, true
           FROM unnest(?::text[], ?::text[], ?::text[], ?::int[])
             AS given (key, id, file, line)
         ON CONFLICT (instance, key) DO UPDATE SET
           id = excluded.id, source = excluded.source, file = excluded.file,
           line = excluded.line, described = true
         WHERE o.source = excluded.source OR NOT o.described`,
        [
          instance,
          name,
          keys,
          objects.map(({ id }) => id ?? null),
          objects.map(({ place }) => place.file),
          objects.map(({ place }) => place.line),
        ] as unknown as Knex.RawBinding[],
      );
    });
  }

  /**
   * What is managed by a source.
   *
   * @param filter - `ids`: of these aggregates only
   */
  async managed(
    instance: InstanceId,
    filter: { readonly source?: string; readonly ids?: readonly string[] } = {},
  ): Promise<ManagedObject[]> {
    const query = this.#knex('iam_source_objects')
      .where({ instance })
      .orderBy('key')
      .select('key', 'id', 'source', 'file', 'line', 'described');
    if (filter.source !== undefined) {
      query.where('source', filter.source);
    }
    if (filter.ids) {
      query.whereRaw('id = any(?::text[])', [[...filter.ids]]);
    }
    return query;
  }

  /** Under the epoch of the leader: a deposed one writes nothing. */
  async #write(
    { instance, name, epoch }: SourceKey,
    values: Record<string, unknown>,
    changes = values,
  ): Promise<void> {
    const written = await this.#knex('iam_sources')
      .insert({ instance, name, epoch, state: 'pending', ...values })
      .onConflict(['instance', 'name'])
      .merge({ epoch, ...changes })
      .where('iam_sources.epoch', '<=', epoch)
      .returning('name');
    if (written.length === 0) {
      throw new LaterLeaderError();
    }
  }
}

export interface SourceKey {
  readonly instance: InstanceId;
  readonly name: string;
  /** Of the leader who writes. */
  readonly epoch: number;
}
