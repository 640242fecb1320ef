import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  realpathSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Binaries, resolveBinaries } from './binaries.ts';
import {
  checkMajorVersion,
  clusterFolder,
  ensureCluster,
  readPassword,
  serverEnvironment,
  superuser,
} from './cluster.ts';
import {
  EmbeddedPostgresError,
  explainFileError,
} from './EmbeddedPostgresError.ts';
import { FolderLock, FolderLockedError } from './FolderLock.ts';
import { freePort } from './freePort.ts';
import {
  prepareLocation,
  reachableBinaries,
  serverFolder,
} from './location.ts';
import { readPostmasterPid } from './postmasterPid.ts';
import { recover } from './recover.ts';
import { explainLog, readFrom, rotate, saysStillInUse } from './serverLog.ts';
import { asUser, chooseServerUser, type ServerUser } from './serverUser.ts';
import {
  killServer,
  settlesWithin,
  stopServer,
  waitUntil,
} from './stopServer.ts';

/** @public */
export type EmbeddedPostgresOptions = {
  /** A folder for all the server keeps; made when missing, kept between runs. */
  dataDir: string;
  /** A TCP port; a free one when left out. */
  port?: number;
  /** The address to listen on; 127.0.0.1 when left out. */
  host?: string;
  /** Server settings by name, such as `{ fsync: 'off' }`, for this run. */
  settings?: Record<string, string>;
  /** Added to the server's environment, such as `{ LD_PRELOAD: … }`. */
  env?: Record<string, string>;
  /** Where the server logs to; `postgres.log` in `dataDir` when left out. */
  logFile?: string;
  /** Told, in a sentence, what a person should know of. */
  onNotice?: (message: string) => void;
};

/** How to connect as the superuser. @public */
export type EmbeddedPostgresConnection = {
  host: string;
  port: number;
  user: string;
  password: string;
};

const defaultSettings: Record<string, string> = {
  cluster_name: 'callboard',
  unix_socket_directories: '',
  // Every plugin of the portal has a pool of its own.
  max_connections: '300',
  lc_messages: 'C',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
};

/** How long a server may take to be ready: recovery after a crash is part of it. */
const readyTimeout = 120_000;

/** How long the remains of an earlier server are waited for, in ms. */
const inUseTimeout = 20_000;

/**
 * A running PostgreSQL server from npm, on a data folder of its own.
 *
 * It is durable by default (`fsync` on), asks for a password (SCRAM-SHA-256)
 * and listens on TCP only. It runs in a process group of its own: Ctrl-C at the
 * terminal does not reach it, so whoever uses it can finish first and then call
 * {@link EmbeddedPostgres.stop}. Started by root it runs as the user `postgres`,
 * or `nobody`.
 *
 * @public
 */
export class EmbeddedPostgres {
  readonly connection: EmbeddedPostgresConnection;
  readonly pid: number;
  readonly logFile: string;
  /** Settled when the server has ended, wanted or not. */
  readonly exited: Promise<void>;
  readonly #cluster: string;
  readonly #lock: FolderLock;

  private constructor(
    server: StartedServer,
    connection: EmbeddedPostgresConnection,
    options: { cluster: string; logFile: string; lock: FolderLock },
  ) {
    this.connection = connection;
    this.pid = server.pid;
    this.exited = server.exited;
    this.logFile = options.logFile;
    this.#cluster = options.cluster;
    this.#lock = options.lock;
  }

  /**
   * Starts a server and waits until it takes connections. What an earlier run
   * left behind is put in order first: a server that outlived its starter, a
   * stale pid file, a data folder half made.
   *
   * @throws EmbeddedPostgresError with a code and one sentence that says what
   *   to do
   */
  static async start(
    options: EmbeddedPostgresOptions,
  ): Promise<EmbeddedPostgres> {
    const dataDir = resolve(options.dataDir);
    const host = options.host ?? '127.0.0.1';
    const logFile = resolve(options.logFile ?? join(dataDir, 'postgres.log'));
    const notice = options.onNotice ?? (() => {});
    const installed = resolveBinaries();
    const lock = lockFolder(dataDir);
    try {
      const user = chooseServerUser(serverFolder(dataDir));
      const location = prepareLocation(dataDir, user, notice);
      const cluster = clusterFolder(location);
      const binaries = reachableBinaries(installed, location, user);
      await ensureCluster({
        location,
        binaries,
        user,
        durable: options.settings?.fsync !== 'off',
      });
      checkMajorVersion(cluster, binaries.version, dataDir);
      await recover(cluster, notice);
      const password = readPassword(location);
      mkdirSync(dirname(logFile), { recursive: true });
      rotate(logFile);
      const { server, port } = await startOnPort({
        binaries,
        user,
        cluster,
        dataDir,
        host,
        port: options.port,
        settings: { ...defaultSettings, ...options.settings },
        env: options.env ?? {},
        logFile,
      });
      server.child.once('exit', () => lock.release());
      return new EmbeddedPostgres(
        server,
        { host, port, user: superuser, password },
        { cluster, logFile, lock },
      );
    } catch (error) {
      lock.release();
      throw explainFileError(error, dataDir);
    }
  }

  /**
   * A connection string for a database of this server.
   *
   * @param database - `postgres`, which always exists, when left out
   */
  connectionString(database = 'postgres'): string {
    const { host, port, user, password } = this.connection;
    const address = host.includes(':') ? `[${host}]` : host;
    return `postgresql://${user}:${encodeURIComponent(password)}@${address}:${port}/${encodeURIComponent(database)}`;
  }

  /**
   * Stops the server: sessions are ended and everything is on disk when this
   * is done. A server that does not answer is ended by force, from which the
   * next start recovers. Safe to call again.
   */
  async stop(): Promise<void> {
    await stopServer(this.pid, this.#cluster, timeout =>
      settlesWithin(this.exited, timeout),
    );
    this.#lock.release();
  }

  /**
   * Ends the server and every child of it with SIGKILL, as a power cut would.
   */
  async kill(): Promise<void> {
    await killServer(this.pid, this.#cluster);
    await settlesWithin(this.exited, 10_000);
    this.#lock.release();
  }
}

function lockFolder(dataDir: string): FolderLock {
  try {
    mkdirSync(dataDir, { recursive: true });
    return FolderLock.acquire(join(realpathSync(dataDir), 'lock'));
  } catch (error) {
    if (error instanceof FolderLockedError) {
      throw new EmbeddedPostgresError(
        'IN_USE',
        `PostgreSQL already runs on ${dataDir}, started by the process ${error.owner.pid}: stop that one, or choose another data folder.`,
        { cause: error },
      );
    }
    throw explainFileError(error, dataDir);
  }
}

type StartedServer = {
  child: ChildProcess;
  pid: number;
  exited: Promise<void>;
};

type ServerOptions = {
  binaries: Binaries;
  user: ServerUser | undefined;
  cluster: string;
  dataDir: string;
  host: string;
  settings: Record<string, string>;
  env: Record<string, string>;
  logFile: string;
};

/**
 * Starts the server on the port asked for, or on a free one: somebody else may
 * take that between our look and the server's, so another is tried then.
 */
async function startOnPort(
  options: ServerOptions & { port: number | undefined },
): Promise<{ server: StartedServer; port: number }> {
  const giveUp = performance.now() + inUseTimeout;
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort(options.host));
    const { server, log } = await startOnce(options, port);
    if (server) {
      return { server, port };
    }
    const error = explainLog(log, { ...options, port });
    const retry =
      (error.code === 'PORT_TAKEN' &&
        options.port === undefined &&
        attempt < 5) ||
      (saysStillInUse(log) && performance.now() < giveUp);
    if (!retry) {
      throw error;
    }
  }
}

async function startOnce(
  options: ServerOptions,
  port: number,
): Promise<{ server?: StartedServer; log: string }> {
  const { binaries, user, cluster, host, settings, env, logFile } = options;
  const handle = openSync(logFile, 'a', 0o640);
  const offset = fstatSync(handle).size;
  if (user) {
    fchownSync(handle, user.uid, user.gid);
  }
  const child = spawn(
    binaries.postgres,
    [
      '-D',
      cluster,
      '-c',
      `listen_addresses=${host}`,
      '-c',
      `port=${port}`,
      ...Object.entries(settings).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]),
    ],
    {
      cwd: cluster,
      detached: true,
      env: { ...serverEnvironment(), ...env },
      stdio: ['ignore', handle, handle],
      ...asUser(user),
    },
  );
  closeSync(handle);
  let ended = false;
  let failure: Error | undefined;
  const exited = new Promise<void>(done => {
    child.once('exit', () => done());
    child.once('error', error => {
      failure = error;
      done();
    });
  }).then(() => {
    ended = true;
  });
  const ready = () => {
    const file = readPostmasterPid(cluster);
    return file?.pid === child.pid && file?.status === 'ready';
  };
  const settled = await waitUntil(() => ended || ready(), readyTimeout);
  if (failure) {
    throw failure;
  }
  const { pid } = child;
  if (ended || !settled || pid === undefined) {
    if (pid !== undefined && !ended) {
      await killServer(pid, cluster);
      await exited;
    }
    return { log: readFrom(logFile, offset) };
  }
  // A program that has nothing else to do may end while the server still runs.
  child.unref();
  return { server: { child, pid, exited }, log: '' };
}
