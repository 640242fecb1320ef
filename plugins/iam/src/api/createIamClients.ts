import type { FetchApi } from '@backstage/frontend-plugin-api';
import { createApiClient } from '@callboard/api-client';
import { AuditService } from '@callboard/plugin-eventstore-common/api';
import {
  AdminService,
  AuthService,
  ManagementService,
} from '@callboard/plugin-iam-common/api';
import type { IamClients } from './iamApiRef';

/** The clients, over Backstage's `fetchApi`. */
export function createIamClients(fetchApi: FetchApi): IamClients {
  const iam = { pluginId: 'iam', fetchApi };
  return {
    auth: createApiClient(AuthService, iam),
    management: createApiClient(ManagementService, iam),
    admin: createApiClient(AdminService, iam),
    audit: createApiClient(AuditService, { pluginId: 'eventstore', fetchApi }),
  };
}
