import { Client } from 'pg';
import { LauncherError } from '../LauncherError.ts';

const oldest = 14;

/** The address without the password, to be shown. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  parsed.search = '';
  return parsed.toString();
}

/**
 * Looks whether a PostgreSQL server of one's own can be used.
 *
 * @throws LauncherError when it does not answer, is too old, or its user may
 *   not create the databases that the plugins keep their data in
 */
export async function checkDatabase(url: string): Promise<void> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new LauncherError(
      '--database-url needs the URL of a PostgreSQL server, such as postgresql://user:password@host:5432/postgres.',
      { exitCode: 2 },
    );
  }
  const shown = withoutPassword(url);
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'callboard',
  });
  // A server that hangs up afterwards is the backend's to notice.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{
      version: number;
      name: string;
      creates: boolean;
    }>(
      `SELECT current_setting('server_version_num')::int AS version,
              current_user AS name,
              rolcreatedb OR rolsuper AS creates
       FROM pg_roles WHERE rolname = current_user`,
    );
    const { version, name, creates } = rows[0]!;
    if (version < oldest * 10_000) {
      throw new LauncherError(
        `The PostgreSQL at ${shown} is version ${Math.floor(version / 10_000)}: Callboard needs ${oldest} or newer.`,
      );
    }
    if (!creates) {
      throw new LauncherError(
        `The user ${name} may not create databases at ${shown}: allow it with ALTER ROLE ${name} CREATEDB.`,
      );
    }
  } catch (error) {
    if (error instanceof LauncherError) {
      throw error;
    }
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LauncherError(
      `The PostgreSQL at ${shown} cannot be used: ${message || code}.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
