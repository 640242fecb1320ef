import { defineReactor, type Reactor } from '@callboard/plugin-eventstore-node';
import type { EventStoreService } from '@callboard/plugin-eventstore-node';
import { userErased } from '@callboard/plugin-iam-common';

/**
 * Destroys the key of a person who was erased: what was personal in the log, its
 * views and its backups is unreadable from then on.
 */
export function defineErasureReactor(
  store: Pick<EventStoreService, 'eraseSubject'>,
): Reactor {
  return defineReactor({
    name: 'erasures',
    from: 'first event',
    events: [userErased],
    on: { 'iam.user.erased': () => ({}) },
    // Promised to somebody: it goes on for weeks before it gives up.
    attempts: 100,
    async run({ event: { aggregateId, instance, id } }) {
      await store.eraseSubject(aggregateId, {
        instance,
        actor: { kind: 'spooler', id: 'iam.erasures' },
        context: { plugin: 'iam', causationId: id },
      });
    },
  });
}
