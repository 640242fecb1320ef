// The events that are measured: of users, with payloads of about 300 bytes.
import {
  defineEvent,
  newAggregateId,
  type InstanceId,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { AppendRequest } from '@callboard/plugin-eventstore-node';
import { z } from 'zod';

const schema = z.object({
  name: z.string(),
  count: z.number(),
  tags: z.array(z.string()),
  note: z.string(),
});

export const userAdded = defineEvent({ type: 'bench.user.added', schema });
export const userChanged = defineEvent({ type: 'bench.user.changed', schema });
export const userEvents = [userAdded, userChanged];

const note = 'Works at the front of the house. '.repeat(6);

/** The same payload for everyone who takes part. */
export function payload(count: number) {
  return {
    name: `Ann Example the ${count}th`,
    count,
    tags: ['house', 'evening', 'box office'],
    note,
  };
}

export function newUserId() {
  return newAggregateId('bench.user');
}

/** An append of events to one user. */
export function toUser(
  id: ReturnType<typeof newUserId>,
  expected: number | 'any',
  events: AppendRequest['aggregates'][number]['events'],
): AppendRequest {
  return {
    instance: 'bench' as InstanceId,
    actor: { kind: 'user', id: 'bench.user/ann' },
    context: { plugin: 'bench' },
    aggregates: [{ id, expected: expected as Version | 'any', events }],
  };
}

/** A new user's first event. */
export function newUser(count: number): AppendRequest {
  return toUser(newUserId(), 0, [userAdded.of(payload(count))]);
}
