/*
 * What an earlier run can leave behind, made for real: each test ends a run the
 * hard way and starts again.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { clusterProcesses, postmasterPidFile } from './postmasterPid.ts';
import { isAlive } from './processes.ts';
import { waitUntil } from './stopServer.ts';
import { ended, firstLine, runProgram } from './__testUtils__/runProgram.ts';
import { query, withServers } from './__testUtils__/withServers.ts';

const onLinux = process.platform === 'linux' ? it : it.skip;

// Each test starts a server, some of them several, and waits for its disk.
jest.setTimeout(60_000);

describe('after a run that ended badly', () => {
  const servers = withServers();

  it('stops a server whose starter was killed, and keeps its data', async () => {
    const starter = runProgram('holdServer', [servers.dataDir]);
    const orphan = await firstLine<{ url: string; pid: number }>(starter);
    await query(orphan.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    starter.kill('SIGKILL');
    await ended(starter);
    expect(isAlive(orphan.pid)).toBe(true);

    const notices: string[] = [];
    const server = await servers.start({ onNotice: n => notices.push(n) });
    expect(isAlive(orphan.pid)).toBe(false);
    expect(notices).toEqual([expect.stringContaining(String(orphan.pid))]);
    expect(await query(server, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('refuses a second start while the first starter lives', async () => {
    const starter = runProgram('holdServer', [servers.dataDir]);
    const first = await firstLine<{ url: string }>(starter);
    try {
      await expect(servers.start()).rejects.toMatchObject({
        code: 'IN_USE',
        message: expect.stringContaining(String(starter.pid)),
      });
      expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      starter.kill('SIGKILL');
      await ended(starter);
    }
  });

  it('refuses a second start within one process', async () => {
    const server = await servers.start();
    await expect(servers.start()).rejects.toMatchObject({ code: 'IN_USE' });
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('begins anew when the first start was killed within initdb', async () => {
    const starter = runProgram('holdServer', [servers.dataDir]);
    const folder = join(servers.dataDir, 'server');
    const begun = () =>
      existsSync(folder) &&
      readdirSync(folder).some(name =>
        existsSync(join(folder, name, 'data', 'PG_VERSION')),
      );
    expect(await waitUntil(begun, 20_000)).toBe(true);
    starter.kill('SIGKILL');
    await ended(starter);
    expect(existsSync(servers.cluster)).toBe(false);

    const server = await servers.start();
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(folder).sort()).toEqual(['data', 'password']);
  });

  it('removes what a half-finished initdb left', async () => {
    const draft = join(servers.dataDir, 'server', 'initializing-1', 'data');
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, 'PG_VERSION'), '18\n');
    await servers.start();
    expect(existsSync(draft)).toBe(false);
  });

  onLinux('waits for a child that outlived its postmaster', async () => {
    const server = await servers.start();
    const client = new Client(server.connectionString());
    client.on('error', () => {});
    await client.connect();
    const {
      rows: [{ pid }],
    } = await client.query('SELECT pg_backend_pid() AS pid');
    // Busy with arithmetic, it does not notice that its postmaster is gone.
    const busy = client
      .query('SELECT count(*) FROM generate_series(1, 100000000000)')
      .catch(error => error);
    const watcher = new Client(server.connectionString());
    watcher.on('error', () => {});
    await watcher.connect();
    for (let active = false; !active; ) {
      const { rows } = await watcher.query(
        `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND query LIKE '%generate_series%' AND state = 'active'`,
        [pid],
      );
      active = rows.length > 0;
    }
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    expect(isAlive(pid)).toBe(true);

    const next = await servers.start();
    expect(isAlive(pid)).toBe(false);
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await busy).toBeInstanceOf(Error);
    await client.end().catch(() => {});
    await watcher.end().catch(() => {});
  });

  it.each([
    ['of a dead server', (text: string) => text],
    [
      'whose pid is now that of another program',
      (text: string) => text.replace(/^\d+/, String(process.pid)),
    ],
    ['that a full disk left empty', () => ''],
  ])('starts over a pid file %s', async (_, change) => {
    const server = await servers.start();
    await server.kill();
    const file = postmasterPidFile(servers.cluster);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    const next = await servers.start();
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(clusterProcesses(servers.cluster)).toContain(next.pid);
  });
});
