import {
  actorSchema,
  eventContextSchema,
  instanceIdSchema,
  lineSchema,
  parseArgument,
  subjectErased,
  type Actor,
  type EventContext,
  type EventId,
  type InstanceId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { deriveAggregateId, deriveUuid } from '../identity/deriveUuid';
import type { EventLog } from '../log/EventLog';

/**
 * Who erased, where and from where.
 *
 * @public
 */
export interface ErasureCause {
  readonly instance: InstanceId;
  readonly actor: Actor;
  readonly context: EventContext;
}

interface UntoldErasure {
  readonly subject: string;
  readonly erased_by: ErasureCause;
}

/**
 * Destroys a subject's key, so that its personal data is unreadable from now
 * on, and then tells of it with an event. If the event cannot be stored now,
 * {@link tellErasures} makes up for it. Erasing again is no error.
 *
 * @returns the position of the event
 */
export async function eraseSubject(
  store: { knex: Knex; log: EventLog },
  subject: string,
  cause: ErasureCause,
): Promise<Position> {
  parseArgument(lineSchema.max(256), subject, 'subject');
  const checked: ErasureCause = {
    instance: parseArgument(instanceIdSchema, cause.instance, 'instance'),
    actor: parseArgument(actorSchema, cause.actor, 'actor'),
    context: parseArgument(eventContextSchema, cause.context, 'context'),
  };
  await store.knex.raw(
    `insert into subject_keys (subject, erased_at, erased_by)
      values (?, now(), ?)
      on conflict (subject) do update
        set wrapped_key = null, master_key_id = null,
          erased_at = now(), erased_by = excluded.erased_by
        where subject_keys.erased_at is null`,
    [subject, JSON.stringify(checked)],
  );
  const row = await store
    .knex('subject_keys')
    .select('subject', 'erased_by', 'erased_position')
    .where({ subject })
    .first();
  return row.erased_position === null
    ? tellErasure(store, row)
    : (Number(row.erased_position) as Position);
}

/** Tells of erasures whose event a crash or an outage held back. */
export async function tellErasures(store: {
  knex: Knex;
  log: EventLog;
}): Promise<number> {
  const untold: UntoldErasure[] = await store
    .knex('subject_keys')
    .select('subject', 'erased_by')
    .whereNotNull('erased_at')
    .whereNull('erased_position');
  for (const erasure of untold) {
    await tellErasure(store, erasure);
  }
  return untold.length;
}

async function tellErasure(
  store: { knex: Knex; log: EventLog },
  { subject, erased_by: cause }: UntoldErasure,
): Promise<Position> {
  // The same id whenever it is told: the log keeps one.
  const id = deriveUuid(['eventstore.subject.erased', subject]) as EventId;
  const { position } = await store.log.append({
    ...cause,
    aggregates: [
      {
        id: deriveAggregateId('eventstore.subject', subject),
        expected: 'any',
        events: [subjectErased.of({ subject }, id)],
      },
    ],
  });
  await store
    .knex('subject_keys')
    .where({ subject })
    .update({ erased_position: position, erased_by: null });
  return position;
}
