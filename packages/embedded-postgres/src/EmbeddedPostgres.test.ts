import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from './EmbeddedPostgres.ts';
import { removeEmbeddedPostgres } from './removeEmbeddedPostgres.ts';

async function query<T>(server: EmbeddedPostgres, sql: string): Promise<T[]> {
  const client = new Client(server.connectionString());
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('EmbeddedPostgres', () => {
  let dataDir: string;
  const running = new Set<EmbeddedPostgres>();

  async function start(
    options: Partial<Parameters<typeof EmbeddedPostgres.start>[0]> = {},
  ) {
    const server = await EmbeddedPostgres.start({ dataDir, ...options });
    running.add(server);
    return server;
  }

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  });

  afterEach(async () => {
    await Promise.all([...running].map(server => server.stop()));
    running.clear();
    await removeEmbeddedPostgres(dataDir);
  });

  it('keeps data from one run to the next', async () => {
    const first = await start();
    await query(first, `CREATE TABLE kept AS SELECT 'still here' AS word`);
    await first.stop();
    const second = await start();
    expect(await query(second, 'SELECT word FROM kept')).toEqual([
      { word: 'still here' },
    ]);
    expect(second.connection.password).toBe(first.connection.password);
  });
});
