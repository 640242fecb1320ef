/*
 * Folders that the server cannot use: asked as an ordinary user, also when the
 * tests run as root, to whom modes mean nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from './EmbeddedPostgres.ts';
import { removeEmbeddedPostgres } from './removeEmbeddedPostgres.ts';
import { canReach, type ServerUser } from './serverUser.ts';
import { firstLine, runProgram } from './__testUtils__/runProgram.ts';
import { query } from './__testUtils__/withServers.ts';

const root = process.getuid?.() === 0;

function nobody(): ServerUser {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { name: 'nobody', uid: id('-u'), gid: id('-g') };
}

const other = root ? nobody() : undefined;
const asAnOrdinaryUser =
  !other || (canReach(other, process.execPath) && canReach(other, __dirname))
    ? it
    : // The clone is below a folder that nobody else can enter.
      it.skip;
const asRoot = root ? it : it.skip;

function canMount(): boolean {
  if (!root) {
    return false;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', 'none', folder], {
    stdio: 'ignore',
  });
  if (status === 0) {
    execFileSync('umount', [folder]);
  }
  rmSync(folder, { recursive: true });
  return status === 0;
}

const withMount = canMount() ? it : it.skip;

// Each test starts a server, some of them several, and waits for its disk.
jest.setTimeout(60_000);

describe('folders', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  });

  afterEach(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  });

  asAnOrdinaryUser('that cannot be written are refused', async () => {
    chmodSync(folder, 0o555);
    const program = runProgram('holdServer', [join(folder, 'data')], {
      uid: other?.uid,
      gid: other?.gid,
    });
    expect(await firstLine(program)).toEqual({
      code: 'NO_PERMISSION',
      message: expect.stringContaining(join(folder, 'data')),
    });
  });

  asRoot(
    'that only root can enter get a link to where the server keeps its files',
    async () => {
      const dataDir = join(folder, 'closed', 'data');
      mkdirSync(join(folder, 'closed'), { mode: 0o700 });
      const notices: string[] = [];
      const server = await EmbeddedPostgres.start({
        dataDir,
        onNotice: notice => notices.push(notice),
      });
      const outside = readlinkSync(join(dataDir, 'server'));
      try {
        expect(notices).toEqual([expect.stringContaining(outside)]);
        await query(server, 'CREATE TABLE kept AS SELECT 1 AS n');
      } finally {
        await server.stop();
      }
      const again = await EmbeddedPostgres.start({ dataDir });
      expect(await query(again, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
      await again.stop();
      await removeEmbeddedPostgres(dataDir);
      expect(existsSync(outside)).toBe(false);
    },
  );

  asRoot(
    'that were deleted do not come back with old data, which are kept aside',
    async () => {
      const dataDir = join(folder, 'closed', 'data');
      mkdirSync(join(folder, 'closed'), { mode: 0o700 });
      const first = await EmbeddedPostgres.start({ dataDir });
      await query(first, 'CREATE TABLE old AS SELECT 1 AS n');
      await first.stop();
      rmSync(dataDir, { recursive: true });
      const notices: string[] = [];
      const second = await EmbeddedPostgres.start({
        dataDir,
        onNotice: notice => notices.push(notice),
      });
      try {
        await expect(query(second, 'SELECT * FROM old')).rejects.toThrow(
          'relation "old" does not exist',
        );
      } finally {
        await second.stop();
        await removeEmbeddedPostgres(dataDir);
      }
      const aside = /now in (\S+),/.exec(notices[0] ?? '')?.[1];
      expect(lstatSync(join(aside!, 'data', 'PG_VERSION')).isFile()).toBe(true);
      rmSync(aside!, { recursive: true });
    },
  );

  withMount('on a full disk are explained', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', folder]);
    try {
      await expect(
        EmbeddedPostgres.start({ dataDir: join(folder, 'data') }),
      ).rejects.toMatchObject({ code: 'NO_SPACE' });
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
