// A PostgreSQL database of its own for each suite.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@callboard/embedded-postgres';
import knexFactory, { type Knex } from 'knex';
import { migrateLog } from '../database/migrateLog';

const SERVER_VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

export interface TestDatabase {
  readonly knex: Knex;
  /** For other processes. */
  readonly connectionString: string;
  /** Another pool to the same database, closed with it. */
  connect(pool?: { min?: number; max?: number }): Knex;
  /** Lets no connection in until the given work is done; ends those there are. */
  whileUnreachable<T>(work: () => Promise<T>): Promise<T>;
  /** Drops the database, and stops the server if it was started for it. */
  destroy(): Promise<void>;
}

/** An empty database. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = await useServer();
  const name = `eventstore_${randomBytes(6).toString('hex')}`;
  const admin = pool(server.connectionString);
  await admin.raw('create database ??', [name]);
  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  const connectionString = url.toString();
  const pools: Knex[] = [];
  const connect = (settings?: { min?: number; max?: number }) => {
    const knex = pool(connectionString, settings);
    pools.push(knex);
    return knex;
  };
  return {
    knex: connect(),
    connectionString,
    connect,
    async whileUnreachable(work) {
      const admit = (allowed: boolean) =>
        admin.raw(`alter database ?? with allow_connections ${allowed}`, [
          name,
        ]);
      await admit(false);
      try {
        await admin.raw(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = ?`,
          [name],
        );
        return await work();
      } finally {
        await admit(true);
      }
    },
    async destroy() {
      await Promise.all(pools.map(knex => knex.destroy()));
      await admin.raw('drop database ?? with (force)', [name]);
      await admin.destroy();
      await server.stop();
    },
  };
}

/** A database with the tables of the log. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  await migrateLog(database.knex);
  return database;
}

function pool(connection: string, settings?: { min?: number; max?: number }) {
  return knexFactory({
    client: 'pg',
    connection,
    pool: { min: 0, max: 10, ...settings },
    // Tests cut connections on purpose; knex would report each.
    log: { warn() {}, error() {} },
  });
}

async function useServer(): Promise<{
  connectionString: string;
  stop(): Promise<void>;
}> {
  const given = process.env[SERVER_VARIABLE];
  if (given) {
    return { connectionString: given, async stop() {} };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'eventstore-test-'));
  const server = await EmbeddedPostgres.start({ dataDir });
  return {
    connectionString: server.connectionString('postgres'),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
