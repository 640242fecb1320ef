/** What the processes ask of the view `dependents`. */
import type {
  AggregateId,
  InstanceId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { OpenView, RowOf, View } from '@callboard/plugin-eventstore-node';
import type { Knex } from 'knex';
import type { DependentKind, DependentTables } from './dependents';

export type Dependent = RowOf<DependentTables['dependents']>;

/** Which dependents are meant. */
export interface DependentsOf {
  readonly owner?: AggregateId;
  readonly kind: DependentKind;
  /** Any of these roles. */
  readonly details?: readonly string[];
  readonly organization?: AggregateId;
  readonly removing?: boolean;
}

/** A removal that is under way. */
export interface OpenRemoval {
  readonly id: AggregateId;
  readonly instance: InstanceId;
}

/** A process has time; a person who waits has not. */
const TIMEOUT_MS = 60_000;

export class DependentsView {
  readonly #view: View<DependentTables>;
  readonly #knex: Knex;

  /** @param knex - the database that the view is in */
  constructor(view: View<DependentTables>, knex: Knex) {
    this.#view = view;
    this.#knex = knex;
  }

  /**
   * @param after - the view shows at least everything up to here
   * @throws ViewBehindError, ViewNotReadyError
   */
  async list(
    of: DependentsOf,
    after: Position,
    limit: number,
  ): Promise<Dependent[]> {
    const found = await this.#select(await this.#open(after), of)
      .select('*')
      .orderBy(['owner', 'dependent', 'detail'])
      .limit(limit);
    return found.map(row => this.#view.toRow('dependents', row));
  }

  async count(of: DependentsOf, after: Position): Promise<number> {
    const [row] = await this.#select(await this.#open(after), of).count({
      count: '*',
    });
    return Number(row!.count);
  }

  /** What has ended by a time, the earliest first. */
  async ended(by: Date, limit: number): Promise<Dependent[]> {
    const { table } = await this.#open();
    const found = await this.#knex
      .select('*')
      .from(table('dependents'))
      .where('ends_at', '<=', by)
      .orderBy('ends_at')
      .limit(limit);
    return found.map(row => this.#view.toRow('dependents', row));
  }

  /**
   * Removals under way.
   *
   * @param types - of aggregates; all when left out
   */
  async removals(
    options: {
      instance?: InstanceId;
      types?: readonly string[];
      after?: Position;
    } = {},
  ): Promise<OpenRemoval[]> {
    const { table } = await this.#open(options.after);
    const query = this.#knex
      .distinct('id', 'instance')
      .from(table('removals'))
      .orderBy('id');
    if (options.instance !== undefined) {
      query.where({ instance: options.instance });
    }
    if (options.types) {
      query.whereRaw(`split_part(id, '/', 1) = ANY (?)`, [
        options.types as string[],
      ]);
    }
    return query;
  }

  #open(after?: Position): Promise<OpenView<DependentTables>> {
    return this.#view.open({ after, timeoutMs: TIMEOUT_MS });
  }

  #select(
    { table }: OpenView<DependentTables>,
    { owner, kind, details, organization, removing }: DependentsOf,
  ) {
    const query = this.#knex.from(table('dependents')).where({
      kind,
      ...(owner === undefined ? {} : { owner }),
      ...(organization === undefined ? {} : { organization }),
      ...(removing === undefined ? {} : { removing }),
    });
    return details ? query.whereIn('detail', details) : query;
  }
}
