import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbeddedPostgres,
  EmbeddedPostgresError,
  freePort,
  removeEmbeddedPostgres,
} from '@callboard/embedded-postgres';
import { Client } from 'pg';
import { checkDatabase, withoutPassword } from './checkDatabase.ts';
import { checkPort, grpc } from './checkPort.ts';
import { lastErrors } from './lastErrors.ts';
import { lockDataFolder } from './lockDataFolder.ts';
import { RotatingLog } from './RotatingLog.ts';
import { explainDatabaseFailure } from './startDatabase.ts';
import { listeningInodes, whoListens } from './whoListens.ts';

describe('checkPort', () => {
  it('accepts a free port and names who has a taken one', async () => {
    const port = await freePort('127.0.0.1');
    await checkPort('127.0.0.1', port);
    const other = createServer();
    await new Promise<void>(done => {
      other.listen(port, '127.0.0.1', done);
    });
    try {
      await expect(checkPort('127.0.0.1', port)).rejects.toThrow(
        new RegExp(
          `^Port ${port} of 127\\.0\\.0\\.1 is taken.*--port \\d+\\.$`,
        ),
      );
      // Other systems do not tell.
      const who = whoListens(port) ?? `(process ${process.pid})`;
      expect(who).toContain(`(process ${process.pid})`);
    } finally {
      other.close();
    }
  });

  it('says what to configure when it is another part of the portal', async () => {
    const port = await freePort('127.0.0.1');
    const other = createServer();
    await new Promise<void>(done => {
      other.listen(port, '127.0.0.1', done);
    });
    try {
      await expect(checkPort('127.0.0.1', port, grpc)).rejects.toThrow(
        /so gRPC can't be served there: .* callboard\.grpc\.port \d+\.$/,
      );
    } finally {
      other.close();
    }
  });

  it('refuses an address of another machine', async () => {
    // TEST-NET-1 of RFC 5737: nobody has it.
    await expect(checkPort('192.0.2.1', 7007)).rejects.toThrow(
      '192.0.2.1 is no address of this machine',
    );
  });

  it('reads the table of sockets', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1B5F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1',
      '   1: 0100007F:1B5F 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1',
      '   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1',
    ].join('\n');
    expect(listeningInodes(table, 7007)).toEqual(['4711']);
    expect(listeningInodes(table, 80)).toEqual(['4713']);
    expect(listeningInodes(table, 81)).toEqual([]);
  });
});

describe('lockDataFolder', () => {
  it('names a second starter the first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lock-data-'));
    const lock = lockDataFolder(folder, { url: 'http://localhost:7007' });
    expect(() => lockDataFolder(folder, {})).toThrow(
      `Callboard already runs on the data folder ${folder}, at http://localhost:7007 (process ${process.pid})`,
    );
    lock.release();
    rmSync(folder, { recursive: true });
  });

  it('refuses a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lock-data-'));
    writeFileSync(join(folder, 'file'), '');
    expect(() => lockDataFolder(join(folder, 'file'), {})).toThrow(
      `${join(folder, 'file')} is a file, not a folder`,
    );
    rmSync(folder, { recursive: true });
  });
});

describe('checkDatabase', () => {
  jest.setTimeout(60_000);
  let server: EmbeddedPostgres;
  const dataDir = mkdtempSync(join(tmpdir(), 'check-database-'));

  beforeAll(async () => {
    server = await EmbeddedPostgres.start({
      dataDir,
      settings: { fsync: 'off' },
    });
  });

  afterAll(async () => {
    await server.stop();
    await removeEmbeddedPostgres(dataDir);
  });

  it('accepts a server whose user may create databases', async () => {
    expect(await checkDatabase(server.connectionString())).toBeUndefined();
  });

  it('names what the user may not do, and how to allow it', async () => {
    const admin = new Client(server.connectionString());
    await admin.connect();
    await admin.query(`CREATE ROLE reader LOGIN PASSWORD 'reader'`);
    await admin.end();
    const url = new URL(server.connectionString());
    url.username = 'reader';
    url.password = 'reader';
    await expect(checkDatabase(url.toString())).rejects.toThrow(
      'ALTER ROLE reader CREATEDB',
    );
  });

  it('says why it cannot be used, without the password', async () => {
    const url = new URL(server.connectionString());
    url.password = 'guessed';
    await expect(checkDatabase(url.toString())).rejects.toThrow(
      /^The PostgreSQL at postgresql:\/\/callboard@127.* cannot be used: password authentication failed/,
    );
    const free = await freePort('127.0.0.1');
    await expect(
      checkDatabase(`postgresql://u:secret@127.0.0.1:${free}/postgres`),
    ).rejects.toThrow(/cannot be used: connect ECONNREFUSED/);
    expect(withoutPassword('postgresql://u:secret@h:1/d?password=x')).toBe(
      'postgresql://u@h:1/d',
    );
  });

  it.each(['localhost:5432', 'mysql://localhost/db', ''])(
    'refuses %p',
    async url => {
      await expect(checkDatabase(url)).rejects.toMatchObject({ exitCode: 2 });
    },
  );
});

describe('explainDatabaseFailure', () => {
  it('names the option that helps', () => {
    const error = new EmbeddedPostgresError('NO_SPACE', 'The disk is full.');
    expect(explainDatabaseFailure(error)).toMatchObject({
      name: 'LauncherError',
      message: 'The disk is full (option --data).',
    });
    const other = new Error('as it is');
    expect(explainDatabaseFailure(other)).toBe(other);
  });
});

describe('lastErrors', () => {
  it('shows the errors that were logged', () => {
    expect(
      lastErrors([
        '{"level":"info","message":"Starting"}',
        '{"level":"error","message":"No such table"}',
        '{"level":"info","message":"Stopping"}',
      ]),
    ).toEqual(['No such table']);
  });

  it('shows an uncaught error and its cause, without their stacks', () => {
    expect(
      lastErrors([
        '/srv/collect.ts:422',
        '      throw new ConfigSchemaError({',
        'ConfigSchemaError: The schema is wrong',
        '    at <anonymous> (/srv/collect.ts:422:13)',
        '  [cause]: Error: It could not be loaded',
        '      at compile (/srv/collect.ts:419:29)',
        'Node.js v24.21.0',
      ]),
    ).toEqual([
      'ConfigSchemaError: The schema is wrong',
      '[cause]: Error: It could not be loaded',
    ]);
  });

  it('shows the last lines when there is no error', () => {
    expect(
      lastErrors(['one', '{"level":"info","message":"two"}', 'three'], 2),
    ).toEqual(['two', 'three']);
  });
});

describe('RotatingLog', () => {
  it('sets a full file aside and goes on', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rotating-log-'));
    const file = join(folder, 'logs/backend.log');
    const log = new RotatingLog(file, 10);
    for (const line of ['one', 'two', 'three']) {
      log.line(line);
    }
    log.close();
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(file, 'utf8')).toBe('three\n');
    expect(statSync(file).mode & 0o007).toBe(0);
    const again = new RotatingLog(file, 10);
    again.line('four');
    again.close();
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('three\n');
    rmSync(folder, { recursive: true });
  });
});
