import { createApiRef } from '@backstage/frontend-plugin-api';
import type { AuditService } from '@callboard/plugin-eventstore-common/api';
import type {
  AdminService,
  AuthService,
  ManagementService,
} from '@callboard/plugin-iam-common/api';
import type { Client } from '@connectrpc/connect';

/**
 * One client for each audience of IAM's API, and one for the trail. Calls
 * reject with an `ApiError`; reads show what this page has written.
 */
export interface IamClients {
  readonly auth: Client<typeof AuthService>;
  readonly management: Client<typeof ManagementService>;
  readonly admin: Client<typeof AdminService>;
  readonly audit: Client<typeof AuditService>;
}

/** IAM's API, loaded when it is first needed. */
export interface IamApi {
  clients(): Promise<IamClients>;
}

/** Who may do what. */
export const iamApiRef = createApiRef<IamApi>().with({
  id: 'plugin.iam.api',
  pluginId: 'iam',
});
