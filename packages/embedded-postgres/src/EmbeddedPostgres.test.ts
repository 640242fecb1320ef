import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { parseProcStat } from './processes.ts';
import { clusterProcesses } from './postmasterPid.ts';
import { firstLine, runProgram } from './__testUtils__/runProgram.ts';
import { query, withServers } from './__testUtils__/withServers.ts';

const onLinux = process.platform === 'linux' ? it : it.skip;

// Each test starts a server, some of them several, and waits for its disk.
jest.setTimeout(60_000);

describe('EmbeddedPostgres', () => {
  const servers = withServers();

  it('keeps data and password from one run to the next', async () => {
    const first = await servers.start();
    await query(first, `CREATE TABLE kept AS SELECT 'still here' AS word`);
    await first.stop();
    const second = await servers.start();
    expect(await query(second, 'SELECT word FROM kept')).toEqual([
      { word: 'still here' },
    ]);
    expect(second.connection.password).toBe(first.connection.password);
  });

  it('is durable, in UTF-8, and without a socket file', async () => {
    const server = await servers.start();
    expect(
      await query(
        server,
        `SELECT name, setting FROM pg_settings
         WHERE name IN ('fsync', 'full_page_writes', 'server_encoding',
                        'synchronous_commit', 'unix_socket_directories')
         ORDER BY name`,
      ),
    ).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    expect(
      await query(
        server,
        'SELECT datlocprovider, datlocale FROM pg_database LIMIT 1',
      ),
    ).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8' }]);
  });

  it('takes settings for a run', async () => {
    const server = await servers.start({ settings: { fsync: 'off' } });
    expect(await query(server, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });

  onLinux('takes variables for the environment of a run', async () => {
    const server = await servers.start({ env: { PLACED_BY: 'a test' } });
    const variables = (pid: number) =>
      readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(variables(server.pid)).toContain('PLACED_BY=a test');
    expect(variables(server.pid)).toContain('LC_ALL=C');
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const server = await servers.start();
    const client = new Client({ ...server.connection, password: 'guessed' });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
    const file = join(servers.dataDir, 'server', 'password');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(server.connection.password);
  });

  onLinux('is out of reach of a Ctrl-C at the terminal', async () => {
    const server = await servers.start();
    const stat = readFileSync(`/proc/${server.pid}/stat`, 'utf8');
    expect(parseProcStat(stat)?.name).toBe('postgres');
    const processGroup = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    expect(Number(processGroup)).toBe(server.pid);
  });

  onLinux('leaves no process when stopped or killed', async () => {
    const stopped = await servers.start();
    expect(clusterProcesses(servers.cluster).length).toBeGreaterThan(1);
    await stopped.stop();
    expect(clusterProcesses(servers.cluster)).toEqual([]);
    const killed = await servers.start();
    await killed.kill();
    expect(clusterProcesses(servers.cluster)).toEqual([]);
  });

  it('lets a program end only when the server has', async () => {
    for (let run = 0; run < 5; run++) {
      const program = runProgram('startAndStop', [servers.dataDir]);
      expect(await firstLine(program)).toBe('stopped');
    }
  });

  it('loses no committed row when killed', async () => {
    const server = await servers.start();
    await query(server, 'CREATE TABLE kept AS SELECT generate_series(1, 500)');
    await server.kill();
    const next = await servers.start();
    expect(await query(next, 'SELECT count(*)::int AS n FROM kept')).toEqual([
      { n: 500 },
    ]);
  });

  it('listens on the port asked for', async () => {
    const free = await servers.start();
    await free.stop();
    const { port } = free.connection;
    const server = await servers.start({ port });
    expect(await query(server, 'SHOW port')).toEqual([{ port: String(port) }]);
  });

  it('says when the port is taken, and leaves nothing behind', async () => {
    const other = createServer();
    await new Promise<void>(done => {
      other.listen(0, '127.0.0.1', done);
    });
    const { port } = other.address() as { port: number };
    try {
      await expect(servers.start({ port })).rejects.toMatchObject({
        code: 'PORT_TAKEN',
        message: expect.stringContaining(String(port)),
      });
    } finally {
      other.close();
    }
    expect(clusterProcesses(servers.cluster)).toEqual([]);
    await servers.start({ port });
  });

  it('refuses data of another major version and leaves them as they are', async () => {
    await (await servers.start()).stop();
    const file = join(servers.cluster, 'PG_VERSION');
    writeFileSync(file, '17\n');
    await expect(servers.start()).rejects.toMatchObject({
      code: 'OTHER_MAJOR_VERSION',
      message: expect.stringMatching(/PostgreSQL 17 .* PostgreSQL 18/),
    });
    expect(existsSync(join(servers.cluster, 'base'))).toBe(true);
    writeFileSync(file, '18\n');
    await servers.start();
  });

  it('explains a setting that the server does not take', async () => {
    await expect(
      servers.start({ settings: { shared_buffers: 'plenty' } }),
    ).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('shared_buffers'),
    });
  });
});
