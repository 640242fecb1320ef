import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import type {
  AggregateDefinition,
  EventDefinition,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { CommandRunner } from '../commands/CommandRunner';
import type { EventLog } from '../log/EventLog';
import { createLogMetrics } from '../log/LogMetrics';
import type { ErasureCause } from '../personal/eraseSubject';
import {
  rootEventStoreServiceRef,
  type RootEventStore,
} from './rootEventStoreServiceRef';

/**
 * The event store as a plugin sees it.
 *
 * @example
 * ```ts
 * createBackendPlugin({
 *   pluginId: 'house',
 *   register(env) {
 *     env.registerInit({
 *       deps: { events: eventStoreServiceRef },
 *       async init({ events }) {
 *         events.register(door);
 *       },
 *     });
 *   },
 * });
 * ```
 *
 * @public
 */
export interface EventStoreService {
  readonly log: EventLog;
  readonly commands: CommandRunner;
  /** Declares the plugin's aggregates, and with them their events. */
  register(...aggregates: readonly AggregateDefinition[]): void;
  /** Makes events of other contexts known, to subscribe to them. */
  registerEvents(...definitions: readonly EventDefinition[]): void;
  /** Makes a subject's personal data unreadable for good. */
  eraseSubject(subject: string, cause: ErasureCause): Promise<Position>;
}

/** Reports through the metrics of the first plugin that uses the store. */
const measured = new WeakSet<RootEventStore>();

/**
 * The event store. Its database is that of the plugin `eventstore`:
 * `backend.database` or `backend.database.plugin.eventstore`.
 *
 * @public
 */
export const eventStoreServiceRef = createServiceRef<EventStoreService>({
  id: 'callboard.eventStore',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        root: rootEventStoreServiceRef,
        metrics: metricsServiceRef,
        plugin: coreServices.pluginMetadata,
      },
      factory({ root, metrics, plugin }) {
        const { store } = root;
        if (!measured.has(root)) {
          measured.add(root);
          store.useMetrics(createLogMetrics(metrics));
        }
        return {
          log: store.log,
          commands: store.commands.forPlugin(plugin.getId()),
          register(...aggregates: readonly AggregateDefinition[]) {
            aggregates.forEach(aggregate => {
              store.register(aggregate.events);
              root.aggregates.set(aggregate.type, aggregate);
            });
          },
          registerEvents(...definitions: readonly EventDefinition[]) {
            store.register(definitions);
          },
          eraseSubject: (subject: string, cause: ErasureCause) =>
            store.eraseSubject(subject, cause),
        };
      },
    }),
});
