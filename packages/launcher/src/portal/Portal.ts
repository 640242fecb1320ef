/*
 * A running portal: the database if it is ours, and the backend that serves the
 * API and the app on one port.
 */
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  identify,
  type ProcessIdentity,
} from '@callboard/embedded-postgres';
import { LauncherError } from '../LauncherError.ts';
import type { Progress } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';
import { root } from '../root.ts';
import { BackendProcess } from './BackendProcess.ts';
import { checkDatabase } from './checkDatabase.ts';
import { checkPort, grpc } from './checkPort.ts';
import {
  configFromEnvironment,
  configLayers,
  configured,
  readConfigFile,
} from './configFiles.ts';
import { grpcAddress } from './grpcAddress.ts';
import { lastErrors } from './lastErrors.ts';
import type { PortalOptions } from './PortalOptions.ts';
import { masterKey, MASTER_KEY_VARIABLE } from './masterKey.ts';
import { type DatabaseConnection, portalSettings } from './portalConfig.ts';
import { setUpLink } from './setUpLink.ts';
import { databaseFolder, startDatabase } from './startDatabase.ts';
import { waitUntilReady } from './waitUntilReady.ts';

/** How long a backend may take until it answers, in ms: it migrates first. */
const readyTimeout = 5 * 60_000;

/** The program that is started as the backend. */
export type BackendProgram = { entry: string; cwd: string };

const callboardBackend: BackendProgram = {
  entry: 'src/index.ts',
  cwd: join(root, 'packages/backend'),
};

export class Portal {
  readonly url: string;
  /** Whether whoever reaches it is let in as a guest. */
  readonly guests: boolean;
  /** Where its first administrator is made, while it has none. */
  readonly setUpLink: string | undefined;
  readonly #backend: BackendProcess;
  readonly #database: EmbeddedPostgres | undefined;

  private constructor(
    settings: { url: string; guests: boolean; setUpLink?: string },
    backend: BackendProcess,
    database: EmbeddedPostgres | undefined,
  ) {
    this.url = settings.url;
    this.guests = settings.guests;
    this.setUpLink = settings.setUpLink;
    this.#backend = backend;
    this.#database = database;
  }

  /**
   * Starts database and backend and waits until the page is served.
   *
   * @param program - the backend; another one in tests of the launcher itself
   * @param onBackend - told which process the backend is, before it listens
   * @throws LauncherError when a part does not start; nothing is left running
   */
  static async start(
    options: PortalOptions,
    { progress, ending }: { progress: Progress; ending: Ending },
    program: BackendProgram = callboardBackend,
    onBackend: (backend: ProcessIdentity) => void = () => {},
  ): Promise<Portal> {
    const added = [
      ...configLayers(root, options.configFiles).slice(1).map(readConfigFile),
      configFromEnvironment(process.env),
    ];
    const grpcAt = grpcAddress(options.port, added);
    if (grpcAt) {
      await checkPort(grpcAt.host, grpcAt.port, grpc);
    }
    const database = await openDatabase(options, added, progress, ending);
    let backend: BackendProcess | undefined;
    try {
      ending.signal.throwIfAborted();
      const listen = { host: options.host, port: options.port };
      const settings = portalSettings(listen, database.connection, added);
      const key = masterKey(options.dataDir, added, process.env);
      let link: string | undefined;
      backend = new BackendProcess({
        ...program,
        args: configLayers(root, options.configFiles).flatMap(file => [
          '--config',
          file,
        ]),
        env: {
          ...process.env,
          NODE_ENV: 'production',
          ...settings.env,
          ...(key === undefined ? {} : { [MASTER_KEY_VARIABLE]: key }),
        },
        onLine: line => {
          link ??= setUpLink(line);
        },
        logFile: join(options.dataDir, 'logs/backend.log'),
        ending,
      });
      const started = backend;
      if (backend.pid !== undefined) {
        onBackend(identify(backend.pid));
      }
      await progress.step('Starting the portal', () =>
        untilReady(started, listen, ending.signal),
      );
      return new Portal(
        { ...settings, setUpLink: link },
        backend,
        database.server,
      );
    } catch (error) {
      await backend?.stop();
      await database.server?.stop();
      throw error;
    }
  }

  /** Settled when a part has ended that should not have, with a word on it. */
  async broken(): Promise<LauncherError> {
    const backend = this.#backend.exited.then(how =>
      backendDied(this.#backend, how),
    );
    const database = this.#database?.exited.then(
      () =>
        new LauncherError('PostgreSQL has ended.', {
          log: { file: this.#database!.logFile, lastLines: [] },
        }),
    );
    return Promise.race([backend, ...(database ? [database] : [])]);
  }

  /** Stops the backend, then the database. */
  async stop(): Promise<void> {
    await this.#backend.stop();
    await this.#database?.stop();
  }
}

async function openDatabase(
  options: PortalOptions,
  added: unknown[],
  progress: Progress,
  ending: Ending,
): Promise<{ server?: EmbeddedPostgres; connection?: DatabaseConnection }> {
  const { databaseUrl } = options;
  if (databaseUrl !== undefined) {
    await progress.step('Looking at the database', () =>
      checkDatabase(databaseUrl),
    );
    return { connection: databaseUrl };
  }
  if (configured(added, 'backend.database.connection') !== undefined) {
    progress.say('  The database is the one that the configuration names.');
    return {};
  }
  const notices: string[] = [];
  const server = await progress.step('Starting PostgreSQL', () =>
    startDatabase(
      {
        dataDir: databaseFolder(options.dataDir),
        logFile: join(options.dataDir, 'logs/postgres.log'),
        onNotice: notice => notices.push(notice),
      },
      ending,
    ),
  );
  notices.forEach(notice => progress.say(`  ${notice}`));
  return { server, connection: server.connection };
}

async function untilReady(
  backend: BackendProcess,
  listen: { host: string; port: number },
  ending: AbortSignal,
): Promise<void> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), readyTimeout);
  try {
    const ready = waitUntilReady(
      listen,
      AbortSignal.any([waiting.signal, ending]),
    );
    const first = await Promise.race([ready, backend.exited]);
    ending.throwIfAborted();
    if (typeof first === 'string') {
      throw backendDied(backend, first);
    }
    if (!first) {
      throw new LauncherError(
        `The backend has not become ready within ${readyTimeout / 60_000} minutes.`,
        {
          log: {
            file: backend.logFile,
            lastLines: lastErrors(backend.lastLines),
          },
        },
      );
    }
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}

function backendDied(backend: BackendProcess, how: string): LauncherError {
  return new LauncherError(`The backend has ended (${how}).`, {
    log: { file: backend.logFile, lastLines: lastErrors(backend.lastLines) },
  });
}
