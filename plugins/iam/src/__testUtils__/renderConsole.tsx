/** The console in a test: the real plugin, and an API that answers as told. */
import { renderTestApp } from '@backstage/frontend-test-utils';
import { AuditService } from '@callboard/plugin-eventstore-common/api';
import {
  AdminService,
  AuthService,
  ManagementService,
} from '@callboard/plugin-iam-common/api';
import {
  createClient,
  createRouterTransport,
  type ServiceImpl,
} from '@connectrpc/connect';
import { iamApiRef, type IamClients } from '../api/iamApiRef';
import { iamPlugin } from '../plugin';

/** What the API answers; a call that is not among it fails as unimplemented. */
export interface Answers {
  readonly auth?: Partial<ServiceImpl<typeof AuthService>>;
  readonly management?: Partial<ServiceImpl<typeof ManagementService>>;
  readonly admin?: Partial<ServiceImpl<typeof AdminService>>;
  readonly audit?: Partial<ServiceImpl<typeof AuditService>>;
}

/** Clients that speak with `answers` by the real definition. */
function clientsOf(answers: Answers): IamClients {
  const transport = createRouterTransport(router => {
    router.service(AuthService, answers.auth ?? {});
    router.service(ManagementService, answers.management ?? {});
    router.service(AdminService, answers.admin ?? {});
    router.service(AuditService, answers.audit ?? {});
  });
  return {
    auth: createClient(AuthService, transport),
    management: createClient(ManagementService, transport),
    admin: createClient(AdminService, transport),
    audit: createClient(AuditService, transport),
  };
}

/** Opens the console at an address such as `/access/people?q=ann`. */
export function renderConsole(address: string, answers: Answers) {
  const clients = clientsOf(answers);
  return renderTestApp({
    features: [iamPlugin],
    apis: [[iamApiRef, { clients: async () => clients }]],
    initialRouteEntries: [address],
  });
}
