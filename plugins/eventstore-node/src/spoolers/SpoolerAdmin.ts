import type {
  AggregateId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { Declaration } from './Declaration';
import { UnknownViewError } from './errors';
import { readInOrder } from './EventFeed';
import { requestReplay } from './operations/requestReplay';
import { selectQuarantine, type QuarantineRow } from './operations/quarantine';
import { retireBuilding } from './operations/retire';
import { selectGenerations } from './operations/selectSpooler';
import { pause } from './pause';
import type { SpoolerHost } from './SpoolerHost';
import type { GenerationState, SpoolerKind, SpoolerRow } from './tables';

/**
 * How a rebuild gets on.
 *
 * @public
 */
export interface RebuildProgress {
  /** Events of the log that have been passed. */
  readonly done: number;
  /** Events there are in the log. */
  readonly total: number;
  /** Events per second. */
  readonly rate: number;
  /** Undefined while there is no rate. */
  readonly secondsLeft: number | undefined;
}

/**
 * One spooler, as the Spoolers screen shows it.
 *
 * @public
 */
export interface SpoolerState {
  readonly kind: SpoolerKind;
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly state: GenerationState;
  readonly position: Position;
  /** Of the log. */
  readonly head: Position;
  readonly lagEvents: number;
  /** Age of the oldest event that it has not got to; 0 when there is none. */
  readonly lagSeconds: number;
  /** The node that leads it; undefined when none does. */
  readonly leader: string | undefined;
  readonly epoch: number;
  /** Events of the log passed per second while there last was work. */
  readonly rate: number;
  /** Events applied by this generation. */
  readonly events: number;
  /** Aggregates in quarantine. */
  readonly quarantined: number;
  /** Why it does not get on; undefined when it does. */
  readonly error: string | undefined;
  /** ISO 8601. */
  readonly failingSince: string | undefined;
  /** While it is being built. */
  readonly rebuild: RebuildProgress | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly liveAt: string | undefined;
}

/**
 * An aggregate with an event that a view could not apply.
 *
 * @public
 */
export type QuarantinedAggregate = Omit<
  QuarantineRow,
  'spoolerId' | 'replayAt'
>;

/**
 * What a replay came to.
 *
 * @public
 */
export interface ReplayResult {
  /** Aggregates whose events are all in the view now. */
  readonly healed: number;
  /** Aggregates that failed again. */
  readonly failed: number;
  /**
   * Later events used the same rows, so the order could only be kept by filling
   * the view anew; that has begun, as this generation.
   */
  readonly rebuilding: number | undefined;
  /** Whether the leader answered in time; if not, it still will. */
  readonly pending: boolean;
}

const LOOK_EVERY_MS = 20;

/** What administrators see of the spoolers of one plugin, and can do. */
export class SpoolerAdmin {
  readonly #host: SpoolerHost;

  constructor(host: SpoolerHost) {
    this.#host = host;
  }

  /** All generations of all views and reactors. */
  async states(): Promise<SpoolerState[]> {
    const declarations = [...this.#host.declarations];
    const { position: head } = await this.#host.log.head();
    const rows = await Promise.all(
      declarations.map(({ kind, name }) =>
        selectGenerations(this.#host.knex, kind, name),
      ),
    );
    return Promise.all(rows.flat().map(row => this.#state(row, head)));
  }

  /**
   * Fills a view anew beside the tables that are read, and puts it in their
   * place when it has caught up. Asking again while that goes on changes
   * nothing.
   *
   * @returns the generation being built
   * @throws UnknownViewError
   */
  async rebuild(view: string): Promise<number> {
    const { generation } = await this.#host.rebuild(this.#declaration(view));
    return generation;
  }

  /**
   * Gives up a rebuild. What is read stays as it is.
   *
   * @returns false when there is none
   * @throws UnknownViewError
   */
  async cancelRebuild(view: string): Promise<boolean> {
    const declaration = this.#declaration(view);
    const rows = await selectGenerations(this.#host.knex, 'view', view);
    const building = rows.find(
      row => row.version === declaration.version && row.state === 'building',
    );
    // The first filling of a view is no rebuild: there is nothing else to read.
    if (
      !building ||
      !rows.some(
        row => row.version === declaration.version && row.state === 'live',
      )
    ) {
      return false;
    }
    const cancelled = await retireBuilding(this.#host.knex, building.id);
    await this.#host.watch.signal('cancelled');
    await this.#host.tick();
    return cancelled;
  }

  /**
   * What a view (or reactor) has in quarantine, oldest first.
   *
   * @throws UnknownViewError
   */
  async quarantined(
    name: string,
    options: { kind?: SpoolerKind; limit?: number } = {},
  ): Promise<QuarantinedAggregate[]> {
    const row = await this.#liveRow(name, options.kind ?? 'view');
    const rows = row
      ? await selectQuarantine(this.#host.knex, [row.id], options.limit ?? 100)
      : [];
    return rows.map(
      ({ spoolerId: _spooler, replayAt: _replay, ...rest }) => rest,
    );
  }

  /**
   * Tries the events in quarantine again, in order.
   *
   * @param options - `aggregateId`: of one aggregate only; `timeoutMs`: how long
   * to wait for the outcome
   * @throws UnknownViewError
   */
  async replay(
    name: string,
    options: {
      kind?: SpoolerKind;
      aggregateId?: AggregateId;
      timeoutMs?: number;
    } = {},
  ): Promise<ReplayResult> {
    const { knex, watch } = this.#host;
    const kind = options.kind ?? 'view';
    const row = await this.#liveRow(name, kind);
    const asked = row
      ? await requestReplay(knex, row.id, options.aggregateId)
      : new Map<AggregateId, number>();
    if (!row || asked.size === 0) {
      return { healed: 0, failed: 0, rebuilding: undefined, pending: false };
    }
    await watch.signal('replay');
    await this.#host.tick();
    const deadline = performance.now() + (options.timeoutMs ?? 10_000);
    for (;;) {
      const left = new Map(
        (await selectQuarantine(knex, [row.id])).map(q => [q.aggregateId, q]),
      );
      const ids = [...asked.keys()];
      const pending = ids.some(id => left.get(id)?.replayAt);
      if (!pending || performance.now() >= deadline) {
        const rebuilding = (await selectGenerations(knex, kind, name)).find(
          other => other.state === 'building' && other.version === row.version,
        );
        return {
          healed: ids.filter(id => !left.has(id)).length,
          failed: ids.filter(
            id => (left.get(id)?.attempts ?? 0) > asked.get(id)!,
          ).length,
          rebuilding: rebuilding?.generation,
          pending,
        };
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  #declaration(name: string, kind: SpoolerKind = 'view'): Declaration {
    for (const declaration of this.#host.declarations) {
      if (declaration.kind === kind && declaration.name === name) {
        return declaration;
      }
    }
    throw new UnknownViewError(name);
  }

  async #liveRow(
    name: string,
    kind: SpoolerKind,
  ): Promise<SpoolerRow | undefined> {
    const { version } = this.#declaration(name, kind);
    const rows = await selectGenerations(this.#host.knex, kind, name);
    return rows.find(row => row.version === version && row.state === 'live');
  }

  async #state(row: SpoolerRow, head: Position): Promise<SpoolerState> {
    // Where the leader is in memory, if that is here: it writes less often.
    const position = Math.max(
      row.position,
      this.#host.leading(row.id)?.position ?? 0,
    ) as Position;
    const lagEvents = Math.max(0, head - position);
    return {
      kind: row.kind,
      name: row.name,
      version: row.version,
      generation: row.generation,
      state: row.state,
      position,
      head,
      lagEvents,
      lagSeconds: lagEvents > 0 ? await this.#ageAfter(position) : 0,
      leader: row.leaseMs > 0 ? (row.node ?? undefined) : undefined,
      epoch: row.epoch,
      rate: row.rate,
      events: row.events,
      quarantined: row.quarantined,
      error: row.error ?? undefined,
      failingSince: row.failingSince ?? undefined,
      rebuild:
        row.state === 'building'
          ? {
              done: position,
              total: head,
              rate: row.rate,
              secondsLeft: row.rate > 0 ? lagEvents / row.rate : undefined,
            }
          : undefined,
      createdAt: row.createdAt,
      liveAt: row.liveAt ?? undefined,
    };
  }

  /** Seconds since the event after a position was recorded. */
  async #ageAfter(position: Position): Promise<number> {
    const { events } = await readInOrder(this.#host.log, {
      after: position,
      limit: 1,
    });
    return events[0]
      ? Math.max(0, (Date.now() - Date.parse(events[0].recordedAt)) / 1000)
      : 0;
  }
}
