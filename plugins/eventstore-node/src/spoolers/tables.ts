// Rows of the tables in migrations/views, as spoolers read them.
import type { Position } from '@callboard/plugin-eventstore-common';

/** @public */
export type SpoolerKind = 'view' | 'reactor';

/** @public */
export type GenerationState = 'building' | 'live' | 'retired';

/** A row of `eventstore_spoolers`. */
export interface SpoolerRow {
  readonly id: number;
  readonly kind: SpoolerKind;
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly state: GenerationState;
  readonly schemaName: string | null;
  readonly shape: unknown;
  readonly position: Position;
  /** ISO 8601. */
  readonly recordedAt: string | null;
  /** Of the log that this was made from. */
  readonly incarnation: string;
  /** The last event seen, by which it is known that the log is still the same. */
  readonly anchor: {
    readonly position: Position;
    readonly event: string;
  } | null;
  readonly goal: Position;
  readonly epoch: number;
  readonly node: string | null;
  /** Milliseconds until the lease ends, by the database's clock; below 0: over. */
  readonly leaseMs: number;
  readonly rate: number;
  readonly events: number;
  readonly quarantined: number;
  readonly tracked: boolean;
  readonly replayRequested: boolean;
  readonly error: string | null;
  /** ISO 8601. */
  readonly failingSince: string | null;
  readonly createdAt: string;
  readonly liveAt: string | null;
}

/** The columns of `eventstore_spoolers` that {@link toSpoolerRow} takes. */
export const SPOOLER_COLUMNS = `s.id, s.kind, s.name, s.version, s.generation, s.state,
  s.schema_name, s.shape, s.position, s.recorded_at, s.incarnation, s.anchor_position, s.anchor_event, s.goal, s.epoch, s.node,
  greatest(-1e9, least(1e9, date_part('epoch', s.lease_until - clock_timestamp()) * 1000)) AS lease_ms,
  s.rate, s.events, s.quarantined, s.tracked, s.replay_requested, s.error,
  s.failing_since, s.created_at, s.live_at`;

/** A row as the driver returns it. */
export function toSpoolerRow(row: Record<string, any>): SpoolerRow {
  // any: the driver's types depend on settings of the process
  return {
    id: Number(row.id),
    kind: row.kind,
    name: row.name,
    version: Number(row.version),
    generation: Number(row.generation),
    state: row.state,
    schemaName: row.schema_name,
    shape: row.shape,
    position: Number(row.position) as Position,
    recordedAt: toIso(row.recorded_at),
    incarnation: row.incarnation,
    anchor:
      row.anchor_event === null
        ? null
        : {
            position: Number(row.anchor_position) as Position,
            event: row.anchor_event,
          },
    goal: Number(row.goal) as Position,
    epoch: Number(row.epoch),
    node: row.node,
    leaseMs: Number(row.lease_ms),
    rate: Number(row.rate),
    events: Number(row.events),
    quarantined: Number(row.quarantined),
    tracked: row.tracked,
    replayRequested: row.replay_requested,
    error: row.error,
    failingSince: toIso(row.failing_since),
    createdAt: toIso(row.created_at)!,
    liveAt: toIso(row.live_at),
  };
}

export function toIso(value: unknown): string | null {
  return value === null || value === undefined
    ? null
    : new Date(value as string | Date).toISOString();
}

/** `users v3 (generation 7)`, for messages. */
export function describe(
  row: Pick<SpoolerRow, 'kind' | 'name' | 'version' | 'generation'>,
): string {
  return row.kind === 'reactor'
    ? `reactor ${row.name}`
    : `view ${row.name} v${row.version} (generation ${row.generation})`;
}
