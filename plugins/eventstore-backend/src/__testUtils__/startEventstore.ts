import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { EmbeddedPostgres } from '@callboard/embedded-postgres';
import knexFactory, { type Knex } from 'knex';
import eventstorePlugin, { auditorServiceFactory } from '..';
import { House } from './houseModule';

const SERVER_VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

export interface StartedEventstore {
  readonly house: House;
  readonly baseUrl: string;
  readonly permissions: ReturnType<typeof mockServices.permissions.mock>;
  /** The log's own database, to see and to tamper with. */
  readonly knex: Knex;
  readonly headers: Record<string, string>;
  stop(): Promise<void>;
}

/** The plugin on a real backend and a real PostgreSQL. */
export async function startEventstore(
  features: BackendFeature[] = [],
): Promise<StartedEventstore> {
  const server = await useServer();
  const prefix = `test_${randomBytes(4).toString('hex')}_`;
  const house = new House();
  const permissions = mockServices.permissions.mock({
    authorize: async requests =>
      requests.map(() => ({ result: AuthorizeResult.ALLOW })),
    authorizeConditional: async requests =>
      requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  });
  const backend = await startTestBackend({
    features: [
      eventstorePlugin,
      auditorServiceFactory,
      databaseServiceFactory,
      house.plugin(),
      permissions.factory,
      mockServices.httpAuth.factory({
        defaultCredentials: mockCredentials.none(),
      }),
      mockServices.rootConfig.factory({
        data: {
          backend: {
            baseUrl: 'http://localhost',
            database: {
              client: 'pg',
              prefix,
              connection: server.connectionString,
              knexConfig: { pool: { min: 0, max: 5 } },
            },
          },
          callboard: { grpc: { port: 0 } },
          eventstore: {
            masterKeys: [
              { id: 'test', secret: randomBytes(32).toString('base64') },
            ],
            seal: false,
          },
        },
      }),
      ...features,
    ],
  });
  const { port } = backend.server.address() as AddressInfo;
  const open = (database: string) => {
    const url = new URL(server.connectionString);
    url.pathname = `/${database}`;
    return knexFactory({
      client: 'pg',
      connection: url.toString(),
      pool: { min: 0, max: 2 },
    });
  };
  const knex = open(`${prefix}eventstore`);
  return {
    house,
    permissions,
    knex,
    baseUrl: `http://127.0.0.1:${port}/api/eventstore`,
    headers: { authorization: mockCredentials.user.header() },
    async stop() {
      await knex.destroy();
      await backend.stop();
      const admin = open('postgres');
      const { rows } = await admin.raw(
        'select datname from pg_database where datname like ?',
        [`${prefix.replaceAll('_', '\\_')}%`],
      );
      for (const { datname } of rows) {
        await admin.raw('drop database ?? with (force)', [datname]);
      }
      await admin.destroy();
      await server.stop();
    },
  };
}

async function useServer(): Promise<{
  connectionString: string;
  stop(): Promise<void>;
}> {
  const given = process.env[SERVER_VARIABLE];
  if (given) {
    return { connectionString: given, async stop() {} };
  }
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'eventstore-backend-'));
  const server = await EmbeddedPostgres.start({ dataDir });
  return {
    connectionString: server.connectionString('postgres'),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
