/*
 * The launcher as a process, with real PostgreSQL and a backend in a few lines:
 * what it leaves behind however it ends, and what the next one makes of that.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  identify,
  removeEmbeddedPostgres,
  stillRuns,
} from '@callboard/embedded-postgres';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherProgram } from '../__testUtils__/LauncherProgram.ts';

jest.setTimeout(120_000);

describe('a portal', () => {
  let dataDir: string;
  let port: number;
  const programs: LauncherProgram[] = [];

  function launch(env: NodeJS.ProcessEnv = {}, host = '127.0.0.1') {
    const program = new LauncherProgram(
      'holdPortal',
      [dataDir, String(port), host],
      {
        env: {
          PATH: process.env.PATH,
          // The port after one that is free may be another test's.
          APP_CONFIG_callboard_grpc_enabled: 'false',
          ...env,
        },
      },
    );
    programs.push(program);
    return program;
  }

  async function ask(path = '/'): Promise<Record<string, string>> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { connection: 'close' },
    });
    return (await response.json()) as Record<string, string>;
  }

  function postmaster(): number {
    return Number(
      readFileSync(
        join(dataDir, 'postgres/server/data/postmaster.pid'),
        'utf8',
      ).split('\n')[0],
    );
  }

  async function gone(pid: number) {
    const process_ = identify(pid);
    while (stillRuns(process_)) {
      await delay(20);
    }
  }

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'run-portal-'));
    port = await freePort('127.0.0.1');
  });

  afterEach(async () => {
    await Promise.all(programs.splice(0).map(program => program.destroy()));
    await removeEmbeddedPostgres(join(dataDir, 'postgres'));
    await rm(dataDir, { recursive: true });
  });

  it('ends in a line with its URL, and in production mode', async () => {
    const program = launch();
    await program.printed('Ctrl-C stops it.');
    expect(program.output.trim().split('\n').at(-1)).toMatch(
      new RegExp(
        `^Callboard is ready at http://localhost:${port} after [\\d.]+ s\\. Ctrl-C stops it\\.$`,
      ),
    );
    const { nodeEnv, guests, database } = await ask();
    expect(nodeEnv).toBe('production');
    expect(guests).toBe('true');
    expect(JSON.parse(database!)).toEqual({
      client: 'pg',
      connection: expect.objectContaining({ host: '127.0.0.1' }),
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops backend and PostgreSQL on %s, and exits with 0',
    async signal => {
      const program = launch();
      await program.printed('Ctrl-C stops it.');
      const backend = Number((await ask()).pid);
      const server = postmaster();
      program.child.kill(signal);
      expect(await program.ended()).toBe(0);
      expect([backend, server].map(identify).filter(stillRuns)).toEqual([]);
      expect(readFileSync(join(dataDir, 'logs/backend.log'), 'utf8')).toContain(
        'Shutting down',
      );
    },
  );

  it('takes one Ctrl-C that arrives several times for one', async () => {
    const program = launch();
    await program.printed('Ctrl-C stops it.');
    for (let i = 0; i < 3; i++) {
      program.child.kill('SIGINT');
    }
    expect(await program.ended()).toBe(0);
  });

  it('stops in order when nobody reads what it prints any more', async () => {
    const program = launch();
    await program.printed('Ctrl-C stops it.');
    program.child.stdout!.destroy();
    program.child.stderr!.destroy();
    program.child.kill('SIGHUP');
    expect(await program.ended()).toBe(0);
    expect(() => postmaster()).toThrow('ENOENT');
  });

  it('is forced by a second Ctrl-C, and leaves no process', async () => {
    const program = launch({ FAKE_BACKEND: 'stubborn' });
    await program.printed('Ctrl-C stops it.');
    const backend = Number((await ask()).pid);
    const server = postmaster();
    program.child.kill('SIGINT');
    await program.printed('Stopping');
    // The second one counts once it cannot be an echo of the first.
    let ended: unknown;
    program.ended().then(code => {
      ended = code;
    });
    while (ended === undefined) {
      program.child.kill('SIGINT');
      await delay(100);
    }
    expect(ended).toBe(130);
    await Promise.all([gone(backend), gone(server)]);
  });

  it('takes its backend along when it is killed; the next start recovers', async () => {
    const exitFile = join(dataDir, 'exit');
    const first = launch({ FAKE_BACKEND_EXIT: exitFile });
    await first.printed('Ctrl-C stops it.');
    const backend = Number((await ask()).pid);
    const server = postmaster();
    first.child.kill('SIGKILL');
    expect(await first.ended()).toBe('SIGKILL');

    // Right away, on the same port.
    const second = launch();
    await second.printed('Ctrl-C stops it.');
    expect([backend, server].map(identify).filter(stillRuns)).toEqual([]);
    expect(second.output).toContain(`(process ${server}) is stopped first`);
    // It shut down in order, though nobody was there to log to any more.
    expect(readFileSync(exitFile, 'utf8')).toBe('0, 0 uncaught');
    second.child.kill('SIGTERM');
    expect(await second.ended()).toBe(0);
  });

  it('says who runs already, and lets that one be', async () => {
    const first = launch();
    await first.printed('Ctrl-C stops it.');
    const second = launch();
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(
      `Callboard already runs on the data folder ${dataDir}, at http://localhost:${port} (process ${first.pid})`,
    );
    expect((await ask()).nodeEnv).toBe('production');
  });

  it('says what has its port', async () => {
    const other = createServer();
    await new Promise<void>(done => {
      other.listen(port, '127.0.0.1', done);
    });
    try {
      const program = launch();
      expect(await program.ended()).toBe(1);
      expect(program.output).toMatch(
        process.platform === 'linux'
          ? new RegExp(
              `Port ${port} .* taken by .*\\(process ${process.pid}\\)`,
            )
          : new RegExp(`Port ${port} .* is taken`),
      );
    } finally {
      other.close();
    }
  });

  it('says what has the port of its gRPC, before anything is started', async () => {
    const other = createServer();
    const taken = await freePort('127.0.0.1');
    await new Promise<void>(done => {
      other.listen(taken, '127.0.0.1', done);
    });
    try {
      const program = launch({
        APP_CONFIG_callboard_grpc_enabled: 'true',
        APP_CONFIG_callboard_grpc_port: String(taken),
      });
      expect(await program.ended()).toBe(1);
      expect(program.output).toMatch(
        new RegExp(
          `Port ${taken} of 127\\.0\\.0\\.1 is taken.* so gRPC can't be served there.* callboard\\.grpc\\.port`,
        ),
      );
      expect(program.output).not.toContain('PostgreSQL');
    } finally {
      other.close();
    }
  });

  it('shows the last errors of a backend that dies while it starts', async () => {
    const program = launch({ FAKE_BACKEND: 'dies' });
    expect(await program.ended()).toBe(1);
    expect(program.output).toContain(
      'The backend has ended (ended with code 3)',
    );
    expect(program.output).toContain('  | The moon is in the wrong phase');
    expect(program.output).toContain(join(dataDir, 'logs/backend.log'));
    expect(() => postmaster()).toThrow('ENOENT');
  });

  it('ends with an error when its backend dies later', async () => {
    const program = launch();
    await program.printed('Ctrl-C stops it.');
    await ask('/die').catch(() => {});
    expect(await program.ended()).toBe(1);
    expect(program.output).toContain(
      'The backend has ended (ended with code 4)',
    );
    expect(() => postmaster()).toThrow('ENOENT');
  });

  it('keeps guests out where others can reach it', async () => {
    const program = launch({}, '0.0.0.0');
    await program.printed('Ctrl-C stops it.');
    expect(program.output).toContain('Guests are not let in');
    expect((await ask()).guests).toBeUndefined();
  });
});
