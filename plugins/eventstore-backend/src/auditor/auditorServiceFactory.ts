import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  actionFailed,
  actionStarted,
  actionSucceeded,
} from '@callboard/plugin-eventstore-common';
import { rootEventStoreServiceRef } from '@callboard/plugin-eventstore-node';
import { createAuditLines, readMinimumSeverity } from './auditLines';
import { callerOfRequest } from './callerOfRequest';
import { LogAuditorService } from './LogAuditorService';

/**
 * Replaces Backstage's auditor: every audit event of every plugin goes into the
 * log, with its actor.
 *
 * @public
 */
export const auditorServiceFactory = createServiceFactory({
  service: coreServices.auditor,
  deps: {
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
    plugin: coreServices.pluginMetadata,
    events: rootEventStoreServiceRef,
  },
  factory({ auth, config, httpAuth, logger, plugin, events }) {
    events.store.register([actionStarted, actionSucceeded, actionFailed]);
    return new LogAuditorService({
      plugin: plugin.getId(),
      log: events.store.log,
      logger,
      lines: createAuditLines({ auth, config, httpAuth, logger, plugin }),
      minimumSeverity: readMinimumSeverity(config),
      callerOf: request =>
        callerOfRequest(request, { auth, httpAuth, plugin: plugin.getId() }),
    });
  },
});
