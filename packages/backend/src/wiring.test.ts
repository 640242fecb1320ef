/**
 * Starts the backend as it is shipped, in a process of its own, in production
 * mode and on a real PostgreSQL, and looks whether everything that it is made
 * of answers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { TestDatabases } from '@backstage/backend-test-utils';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const repository = resolve(__dirname, '../../..');

let folder: string;
let backend: ChildProcess;
let exit: Promise<number | null>;
let database: Awaited<ReturnType<typeof databases.init>>;
let url: string;
const lines: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callboard-wiring-'));
  database = await databases.init('POSTGRES_18');
  const { connection } = database.client.config;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      app: { baseUrl: url },
      callboard: { grpc: { port: 0 } },
      backend: {
        baseUrl: url,
        listen: { host: '127.0.0.1', port },
        database: {
          pluginDivisionMode: 'schema',
          // knex hides the password from being copied.
          connection: { ...connection, password: connection.password },
        },
      },
    }),
  );

  const cli = createRequire(require.resolve('@backstage/cli/package.json'));
  backend = spawn(
    process.execPath,
    [
      '--require',
      cli.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
      resolve(__dirname, 'index.ts'),
      '--config',
      join(repository, 'app-config.yaml'),
      '--config',
      config,
    ],
    {
      cwd: resolve(__dirname, '..'),
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  exit = new Promise(done => {
    backend.once('exit', done);
  });
  for (const stream of [backend.stdout!, backend.stderr!]) {
    createInterface({ input: stream }).on('line', line => lines.push(line));
  }
  await Promise.race([
    ready(),
    exit.then(code => {
      throw new Error(`ended with ${code}:\n${lines.slice(-20).join('\n')}`);
    }),
  ]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise(done => {
    server.close(done);
  });
  return port;
}

async function ready(): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/.backstage/health/v1/readiness`).then(
      response => response.status,
      () => undefined,
    );
    if (status === 200) {
      return;
    }
    await delay(100);
  }
}

afterAll(async () => {
  backend?.kill('SIGKILL');
  await exit;
  rmSync(folder, { recursive: true });
});

describe('the backend as it is shipped', () => {
  it('is alive and ready', async () => {
    for (const probe of ['liveness', 'readiness']) {
      const response = await fetch(`${url}/.backstage/health/v1/${probe}`);
      expect(response.status).toBe(200);
    }
  });

  it.each([
    ['the event store', '/api/eventstore/v1/events'],
    ['catalog', '/api/catalog/entities'],
    ['search', '/api/search/query?term=x'],
    ['scaffolder', '/api/scaffolder/v2/actions'],
    ['notifications', '/api/notifications/status'],
    ['user settings', '/api/user-settings/buckets/a/keys/b'],
    ['permissions', '/api/permission/authorize'],
  ])('has %s, for whoever shows credentials', async (_plugin, path) => {
    const response = await fetch(`${url}${path}`, {
      method: path.endsWith('/authorize') ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      body: path.endsWith('/authorize') ? '{"items":[]}' : undefined,
    });
    expect(response.status).toBe(401);
    await expect(response.json()).resolves.toMatchObject({
      error: { name: 'AuthenticationError' },
    });
  });

  it('lets no guest in outside development', async () => {
    const response = await fetch(`${url}/api/auth/guest/refresh`, {
      method: 'POST',
    });
    expect(response.status).toBe(403);
  });

  it('keeps everything in PostgreSQL, a schema for each plugin', async () => {
    const { rows } = await database.raw(
      `SELECT DISTINCT schemaname AS schema FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows.map(({ schema }: { schema: string }) => schema)).toEqual(
      expect.arrayContaining([
        'app',
        'auth',
        'catalog',
        'events',
        'eventstore',
        'notifications',
        'scaffolder',
        'search',
        'user-settings',
      ]),
    );
  });

  it('reports no error while it starts', () => {
    const errors = lines.filter(
      line =>
        /"level":"error"/.test(line) &&
        // Whether the app has been built is not this test's question.
        !/Can't serve static app content/.test(line),
    );
    expect(errors).toEqual([]);
  });

  it('ends at once, and in order, when it is told to', async () => {
    backend.kill('SIGTERM');
    await expect(exit).resolves.toBe(0);
  });
});
