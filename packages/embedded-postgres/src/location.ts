/*
 * Where the server keeps its files.
 *
 *   <dataDir>/lock/            who runs the server, see FolderLock
 *   <dataDir>/postgres.log     unless another log file is named
 *   <dataDir>/server/          a folder, or a symbolic link to one:
 *     data/                    what PostgreSQL calls its data directory
 *     password                 of the superuser, readable by its owner only
 *     initializing-<n>/        a data directory in the making
 *     native-<version>/        a copy of the binaries, where one is needed
 *
 * The link is made when this process is root and the user that runs the server
 * cannot get to <dataDir>, as in a clone below /root, which is closed to others.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Binaries, binariesBelow } from './binaries.ts';
import { EmbeddedPostgresError } from './EmbeddedPostgresError.ts';
import { canReach, type ServerUser } from './serverUser.ts';

const reachableRoot = '/var/lib/callboard';

/** The folder that a link in `dataDir` would point to. */
function locationOutside(dataDir: string): string {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(reachableRoot, hash);
}

/** The place of the data, whether or not it exists yet. */
export function serverFolder(dataDir: string): string {
  return join(dataDir, 'server');
}

/** Where the link in `dataDir` points, if there is one. */
export function linkedLocation(dataDir: string): string | undefined {
  try {
    return readlinkSync(serverFolder(dataDir));
  } catch {
    return undefined;
  }
}

/**
 * Finds or makes the folder for the server's files, and gives it to its user.
 *
 * @returns its real path
 * @throws EmbeddedPostgresError `NO_PERMISSION` when existing data are where
 *   the server's user cannot get to
 */
export function prepareLocation(
  dataDir: string,
  user: ServerUser | undefined,
  notice: (message: string) => void,
): string {
  const folder = serverFolder(dataDir);
  const link = linkedLocation(dataDir);
  if (user) {
    // Others may pass through it, no more: what it holds stays ours to name.
    chmodSync(dataDir, (statSync(dataDir).mode & 0o7777) | 0o011);
  }
  if (link === undefined && (existsSync(folder) || canReach(user, dataDir))) {
    own(folder, user);
    if (!canReach(user, folder)) {
      throw new EmbeddedPostgresError(
        'NO_PERMISSION',
        `PostgreSQL runs as ${user?.name} when started as root, and ${user?.name} cannot get to ${folder}: open the folders above it with chmod o+x, or choose another data folder.`,
      );
    }
    return realpathSync(folder);
  }
  const target = link ?? locationOutside(realpathSync(dataDir));
  if (link === undefined) {
    setAside(target, notice);
    symlinkSync(target, folder);
    notice(
      `PostgreSQL runs as ${user?.name}, who cannot get to ${dataDir}; its files are kept in ${target}.`,
    );
  }
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  own(target, user);
  return realpathSync(target);
}

function own(folder: string, user: ServerUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) {
    chownSync(folder, user.uid, user.gid);
    chmodSync(folder, 0o700);
  }
}

/**
 * Data without a link that leads to them belong to a data folder that has been
 * deleted since. Whoever deleted it expects to begin anew; the data are kept.
 */
function setAside(target: string, notice: (message: string) => void): void {
  if (!existsSync(target)) {
    return;
  }
  const aside = `${target}.${new Date().toISOString().replaceAll(':', '')}`;
  renameSync(target, aside);
  notice(
    `The data folder was deleted; what PostgreSQL had kept for it outside is now in ${aside}, delete it if it is not needed.`,
  );
}

/**
 * Binaries that the server's user can execute: those installed, or a copy of
 * them beside the data.
 */
export function reachableBinaries(
  installed: Binaries,
  location: string,
  user: ServerUser | undefined,
): Binaries {
  if (!user || canReach(user, installed.postgres)) {
    return installed;
  }
  const copy = join(location, `native-${installed.version}`);
  if (!existsSync(copy)) {
    for (const name of readdirSync(location)) {
      if (name.startsWith('native-')) {
        rmSync(join(location, name), { recursive: true, force: true });
      }
    }
    const draft = `${copy}.draft`;
    cpSync(installed.root, draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  }
  return binariesBelow(copy, installed.version);
}
