import {
  aggregateTypeOf,
  EventRegistry,
  newEventId,
  type Actor,
  type AggregateId,
  type EventEnvelope,
  type InstanceId,
  type NewEvent,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type {
  Projection,
  RowOf,
  Tables,
} from '@callboard/plugin-eventstore-node';
import { ViewFold } from '../projections/ViewFold';

/** Something that happened to an aggregate. @public */
export interface Happening {
  readonly to: AggregateId;
  readonly event: NewEvent;
  readonly actor?: Actor;
  readonly instance?: InstanceId;
  /** ISO 8601; a second after the one before when left out. */
  readonly recordedAt?: string;
}

const FIRST_SECOND = Date.parse('2026-01-01T00:00:00.000Z');

/**
 * The rows of a view after some events, without a database: for the tests of
 * projections. Payloads are checked against their schemas.
 *
 * @example
 * ```ts
 * const { doors } = tablesAfter(doorsProjection, [
 *   { to: id, event: doorBuilt.of({ colour: 'green' }) },
 *   { to: id, event: doorOpened.of({}) },
 * ]);
 * expect(doors).toEqual([{ id, colour: 'green', openings: 1, ... }]);
 * ```
 *
 * @returns for each table its rows in order of key
 * @throws what a handler throws
 * @public
 */
export function tablesAfter<TTables extends Tables>(
  projection: Projection<TTables>,
  happenings: readonly Happening[],
): { [K in keyof TTables]: RowOf<TTables[K]>[] } {
  const registry = new EventRegistry(projection.events);
  const fold = new ViewFold(projection);
  const versions = new Map<AggregateId, number>();
  happenings.forEach((happening, index) => {
    const version = (versions.get(happening.to) ?? 0) + 1;
    versions.set(happening.to, version);
    const event = envelope(happening, index, version, registry);
    let applied = fold.apply(event);
    while (applied.outcome === 'missing') {
      // There is no database that could have them.
      fold
        .takeMissing()
        .forEach(({ table, missing }) => table.load([], missing));
      applied = fold.apply(event);
    }
    if (applied.outcome === 'failed') {
      throw applied.error;
    }
  });
  return Object.fromEntries(
    fold.tables.map(table => [
      table.name,
      [...table.changed]
        .sort((a, b) =>
          JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1,
        )
        .flatMap(({ row }) => (row ? [row] : [])),
    ]),
  ) as { [K in keyof TTables]: RowOf<TTables[K]>[] };
}

function envelope(
  happening: Happening,
  index: number,
  version: number,
  registry: EventRegistry,
): EventEnvelope {
  const { to, event } = happening;
  return {
    position: (index + 1) as Position,
    id: event.id ?? newEventId(),
    instance: happening.instance ?? ('default' as InstanceId),
    aggregateType: aggregateTypeOf(to),
    aggregateId: to,
    version: version as Version,
    type: event.type,
    revision: registry.get(event.type).revision,
    // As the log would hand it out: through JSON.
    payload: JSON.parse(
      JSON.stringify(registry.check(event.type, event.payload)),
    ) as unknown,
    actor: happening.actor ?? { kind: 'user', id: 'test' },
    context: { plugin: 'test' },
    recordedAt:
      happening.recordedAt ??
      new Date(FIRST_SECOND + index * 1_000).toISOString(),
  };
}
