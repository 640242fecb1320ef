/** A backend of real plugins, with real permissions, on a real PostgreSQL. */
import { randomBytes } from 'node:crypto';
import {
  coreServices,
  createServiceFactory,
  type BackstageCredentials,
  type HttpAuthService,
} from '@backstage/backend-plugin-api';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestDatabases,
} from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';

/**
 * The test kit's, but for one thing: who asks for permissions is a plugin on
 * behalf of somebody, as tokens really say. Only plugins get conditions.
 */
const httpAuth = createServiceFactory({
  service: coreServices.httpAuth,
  deps: { plugin: coreServices.pluginMetadata },
  factory({ plugin }) {
    const mock = mockServices.httpAuth({
      pluginId: plugin.getId(),
      defaultCredentials: mockCredentials.none(),
    });
    if (plugin.getId() !== 'permission') {
      return mock;
    }
    const credentials = async (
      ...request: Parameters<HttpAuthService['credentials']>
    ) => {
      const found: BackstageCredentials = await mock.credentials(...request);
      const principal = found.principal as { type: string };
      const actor = { type: 'service', subject: 'plugin:catalog' };
      return principal.type === 'user'
        ? { ...found, principal: { ...principal, actor } }
        : found;
    };
    return {
      credentials: credentials as HttpAuthService['credentials'],
      issueUserCookie: (...request) => mock.issueUserCookie(...request),
    };
  },
});

type Features = NonNullable<Parameters<typeof startTestBackend>[0]['features']>;

export async function startBackend(options: {
  databases: TestDatabases;
  features: Features;
  config?: JsonObject;
}) {
  const knex = await options.databases.init('POSTGRES_18');
  const { connection } = knex.client.config;
  const { backend: ownBackend, ...config } = options.config ?? {};
  return startTestBackend({
    features: [
      databaseServiceFactory,
      permissionsServiceFactory,
      httpAuth,
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost' },
          permission: { enabled: true },
          callboard: { grpc: { port: 0 } },
          eventstore: {
            masterKeys: [
              { id: 'test', secret: randomBytes(32).toString('base64') },
            ],
            seal: false,
          },
          ...config,
          backend: {
            baseUrl: 'http://localhost',
            database: {
              client: 'pg',
              pluginDivisionMode: 'schema',
              knexConfig: { pool: { min: 0, max: 5 } },
              // knex hides the password from being copied.
              connection: { ...connection, password: connection.password },
            },
            ...(ownBackend as JsonObject | undefined),
          },
        },
      }),
      ...options.features,
    ],
  });
}
