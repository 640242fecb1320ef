import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../EmbeddedPostgres.ts';
import { removeEmbeddedPostgres } from '../removeEmbeddedPostgres.ts';

/**
 * A data folder for each test, and servers on it that are stopped and deleted
 * when the test is over.
 */
export function withServers() {
  let dataDir = '';
  const running = new Set<EmbeddedPostgres>();
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  });
  afterEach(async () => {
    await Promise.all([...running].map(server => server.stop()));
    running.clear();
    await removeEmbeddedPostgres(dataDir);
  });
  return {
    get dataDir() {
      return dataDir;
    },
    get cluster() {
      return join(dataDir, 'server', 'data');
    },
    async start(options: Partial<EmbeddedPostgresOptions> = {}) {
      const server = await EmbeddedPostgres.start({ dataDir, ...options });
      running.add(server);
      return server;
    },
  };
}

/** The rows of one statement, on a connection of its own. */
export async function query<T>(
  server: { connectionString(): string } | string,
  sql: string,
): Promise<T[]> {
  const client = new Client(
    typeof server === 'string' ? server : server.connectionString(),
  );
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
