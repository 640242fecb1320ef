import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { createConditionTransformer } from '@backstage/plugin-permission-node';
import { apiServiceRef, implementService } from '@callboard/api-node';
import {
  eventId,
  eventReadPermission,
  eventstorePermissions,
} from '@callboard/plugin-eventstore-common';
import {
  AuditService,
  LogService,
  SpoolerService,
  descriptors,
} from '@callboard/plugin-eventstore-common/api';
import {
  rootEventStoreServiceRef,
  rootSpoolersServiceRef,
} from '@callboard/plugin-eventstore-node';
import { auditPolicies, createAuditHandlers } from './api/auditHandlers';
import { createLogHandlers, logPolicies } from './api/logHandlers';
import { createSpoolerHandlers, spoolerPolicies } from './api/spoolerHandlers';
import { eventResourceRef, eventRules } from './permissions/eventRules';

/**
 * The API of the event store: the trail of every change, the spoolers, and the
 * log with its seals and backups.
 *
 * @public
 */
export const eventstorePlugin = createBackendPlugin({
  pluginId: 'eventstore',
  register(env) {
    env.registerInit({
      deps: {
        api: apiServiceRef,
        events: rootEventStoreServiceRef,
        spoolers: rootSpoolersServiceRef,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({ api, events, spoolers, permissionsRegistry }) {
        const { store, aggregates } = events;
        permissionsRegistry.addResourceType({
          resourceRef: eventResourceRef,
          permissions: [eventReadPermission],
          rules: eventRules,
          getResources: ids =>
            Promise.all(ids.map(id => store.log.readEvent(eventId(id)))),
        });
        permissionsRegistry.addPermissions(
          eventstorePermissions.filter(({ type }) => type === 'basic'),
        );
        await api.serve({
          descriptors,
          title: 'Event store',
          version: '1.0.0',
          services: [
            implementService(AuditService, {
              policies: auditPolicies,
              handlers: createAuditHandlers({
                log: store.log,
                registry: store.registry,
                aggregates,
                transformConditions: createConditionTransformer(
                  permissionsRegistry.getPermissionRuleset(eventResourceRef),
                ),
              }),
            }),
            implementService(SpoolerService, {
              policies: spoolerPolicies,
              handlers: createSpoolerHandlers(spoolers.plugins),
            }),
            implementService(LogService, {
              policies: logPolicies,
              handlers: createLogHandlers(store),
            }),
          ],
        });
      },
    });
  },
});
