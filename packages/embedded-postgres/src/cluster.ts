/*
 * The data directory: made once, whole or not at all.
 */
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import {
  EmbeddedPostgresError,
  noPermission,
  noSpace,
} from './EmbeddedPostgresError.ts';
import { asUser, type ServerUser } from './serverUser.ts';
import { endProcessesIn } from './stopServer.ts';

/** The name of the superuser. */
export const superuser = 'callboard';

const draftPrefix = 'initializing-';

/** What PostgreSQL calls its data directory. */
export function clusterFolder(location: string): string {
  return join(location, 'data');
}

function passwordFile(location: string): string {
  return join(location, 'password');
}

/** The superuser's password. */
export function readPassword(location: string): string {
  return readFileSync(passwordFile(location), 'utf8').trim();
}

/**
 * Refuses data of another major version, which this server cannot read.
 *
 * @param version - of the binaries, such as `18.4.0-beta.17`
 * @throws EmbeddedPostgresError `OTHER_MAJOR_VERSION`
 */
export function checkMajorVersion(
  cluster: string,
  version: string,
  dataDir: string,
): void {
  const written = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const own = version.split('.')[0];
  if (written !== own) {
    throw new EmbeddedPostgresError(
      'OTHER_MAJOR_VERSION',
      `The data in ${dataDir} were written by PostgreSQL ${written} and this is PostgreSQL ${own}: bring them over with pg_dump of version ${written}, or choose another data folder.`,
    );
  }
}

/**
 * Makes the data directory if there is none. `initdb` works in a folder beside
 * it that gets the final name when all is there, so a crash leaves either
 * nothing that counts or a whole directory. The caller holds the folder's lock.
 */
export async function ensureCluster(options: {
  location: string;
  binaries: Binaries;
  user: ServerUser | undefined;
  durable: boolean;
}): Promise<void> {
  const { location, binaries, user, durable } = options;
  for (const name of readdirSync(location)) {
    if (name.startsWith(draftPrefix)) {
      const left = join(location, name);
      await endProcessesIn(left);
      rmSync(left, { recursive: true, force: true });
    }
  }
  const cluster = clusterFolder(location);
  if (existsSync(cluster)) {
    return;
  }
  const draft = join(location, `${draftPrefix}${randomUUID()}`);
  mkdirSync(draft, { mode: 0o700 });
  const draftPassword = join(draft, 'password');
  writeFileSync(draftPassword, `${randomBytes(24).toString('base64url')}\n`, {
    mode: 0o600,
  });
  if (user) {
    chownSync(draft, user.uid, user.gid);
    chownSync(draftPassword, user.uid, user.gid);
  }
  await initdb(binaries, user, draft, [
    `--pgdata=${join(draft, 'data')}`,
    `--username=${superuser}`,
    `--pwfile=${draftPassword}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  // The password first: data without their password would be of no use.
  renameSync(draftPassword, passwordFile(location));
  renameSync(join(draft, 'data'), cluster);
  syncFolder(location);
  rmSync(draft, { recursive: true });
}

async function initdb(
  binaries: Binaries,
  user: ServerUser | undefined,
  folder: string,
  args: string[],
): Promise<void> {
  try {
    await promisify(execFile)(binaries.initdb, args, {
      cwd: folder,
      env: serverEnvironment(),
      ...asUser(user),
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const { stderr = '', message } = error as Error & { stderr?: string };
    if (/No space left on device|Disk quota exceeded/.test(stderr)) {
      throw noSpace(folder, error);
    }
    if (/Permission denied|Read-only file system/.test(stderr)) {
      throw noPermission(folder, error);
    }
    throw new EmbeddedPostgresError(
      'START_FAILED',
      `PostgreSQL could not make its data folder: ${stderr.trim() || message}`,
      { cause: error },
    );
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') {
    return;
  }
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * The environment of every PostgreSQL program: nothing of ours that could
 * change what it does, and messages in English because we read them.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TMPDIR, TEMP } = process.env;
  return { PATH, SystemRoot, TMPDIR, TEMP, LC_ALL: 'C' };
}
