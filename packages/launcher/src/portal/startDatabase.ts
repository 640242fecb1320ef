/*
 * The portal's database: the embedded server, or a look at one's own.
 */
import { join } from 'node:path';
import {
  EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
  type EmbeddedPostgresOptions,
} from '@callboard/embedded-postgres';
import { LauncherError } from '../LauncherError.ts';
import type { Ending } from '../processes/Ending.ts';

const options: Partial<Record<EmbeddedPostgresErrorCode, string>> = {
  IN_USE: '--data',
  OTHER_MAJOR_VERSION: '--data',
  NO_SPACE: '--data',
  NO_PERMISSION: '--data',
  PLATFORM_UNSUPPORTED: '--database-url',
};

/** A failure of the embedded server in the words of the command line. */
export function explainDatabaseFailure(error: unknown): unknown {
  if (!(error instanceof EmbeddedPostgresError)) {
    return error;
  }
  const option = options[error.code];
  return new LauncherError(
    option
      ? `${error.message.replace(/\.$/, '')} (option ${option}).`
      : error.message,
    { cause: error },
  );
}

/** Starts the embedded server on a data folder and ties it to our end. */
export async function startDatabase(
  start: EmbeddedPostgresOptions,
  ending: Ending,
): Promise<EmbeddedPostgres> {
  let server: EmbeddedPostgres;
  try {
    server = await EmbeddedPostgres.start(start);
  } catch (error) {
    throw explainDatabaseFailure(error);
  }
  const forget = ending.onForce(() => {
    try {
      // An immediate shutdown: quick, and the next start recovers.
      process.kill(server.pid, 'SIGQUIT');
    } catch {
      // It has ended.
    }
  });
  server.exited.then(forget);
  return server;
}

/** The embedded server's folder within the portal's data. */
export function databaseFolder(dataDir: string): string {
  return join(dataDir, 'postgres');
}
