import type {
  AggregateId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { Declaration } from './Declaration';
import { UnknownViewError } from './errors';
import { readInOrder } from './EventFeed';
import { requestReplay } from './operations/requestReplay';
import { selectQuarantine } from './operations/quarantine';
import { retireBuilding } from './operations/retire';
import { selectGenerations } from './operations/selectSpooler';
import { pause } from './pause';
import type {
  QuarantinedAggregate,
  ReplayResult,
  SpoolerAdmin,
  SpoolerState,
} from './SpoolerAdmin';
import type { SpoolerHost } from './SpoolerHost';
import type { SpoolerKind, SpoolerRow } from './tables';

const LOOK_EVERY_MS = 20;

/** Asks the database, and tells whoever leads. */
export class DefaultSpoolerAdmin implements SpoolerAdmin {
  readonly #host: SpoolerHost;

  constructor(host: SpoolerHost) {
    this.#host = host;
  }

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

  async rebuild(view: string): Promise<number> {
    const { generation } = await this.#host.rebuild(this.#declaration(view));
    return generation;
  }

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
        // It may have taken the place of the other by now.
        const newer = (await selectGenerations(knex, kind, name)).find(
          other =>
            other.version === row.version &&
            other.generation > row.generation &&
            other.state !== 'retired',
        );
        return {
          healed:
            newer?.state === 'live'
              ? 0
              : ids.filter(id => !left.has(id)).length,
          failed: ids.filter(
            id => (left.get(id)?.attempts ?? 0) > asked.get(id)!,
          ).length,
          rebuilding: newer?.generation,
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
