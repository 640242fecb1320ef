/** A backend of real plugins, with real permissions, on a real PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestDatabases,
} from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';

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
      mockServices.httpAuth.factory({
        defaultCredentials: mockCredentials.none(),
      }),
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
