import type { Knex } from 'knex';

const LEAST_VERSION = 14;

/**
 * The database is not one the event store works on. The message says which
 * setting to change.
 *
 * @public
 */
export class UnsupportedDatabaseError extends Error {
  readonly code = 'eventstore.unsupported_database';

  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedDatabaseError';
  }
}

/**
 * Refuses everything but PostgreSQL 14 and up with UTF-8 text.
 *
 * @throws {@link UnsupportedDatabaseError}
 *
 * @public
 */
export async function requirePostgres(knex: Knex): Promise<void> {
  requirePostgresClient(knex.client.config.client, 'backend.database.client');
  const { rows } = await knex.raw<{
    rows: { version: string; encoding: string; isolation: string }[];
  }>(`select current_setting('server_version_num') as version,
      current_setting('server_encoding') as encoding,
      current_setting('default_transaction_isolation') as isolation`);
  const { version, encoding, isolation } = rows[0]!;
  const major = Math.floor(Number(version) / 10_000);
  if (major < LEAST_VERSION) {
    throw new UnsupportedDatabaseError(
      `The event store needs PostgreSQL ${LEAST_VERSION} or newer; the server that backend.database.connection names is version ${major}`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new UnsupportedDatabaseError(
      `The event store needs a database with the encoding UTF8; this one has ${encoding}. Create it with: create database ... encoding 'UTF8' template template0`,
    );
  }
  if (isolation !== 'read committed') {
    throw new UnsupportedDatabaseError(
      `The event store needs the default_transaction_isolation 'read committed'; this database has '${isolation}'. Reset it with: alter database ... reset default_transaction_isolation`,
    );
  }
}

/**
 * Refuses a knex client by its name, before anything connects.
 *
 * @throws {@link UnsupportedDatabaseError}
 */
export function requirePostgresClient(client: unknown, setting: string): void {
  if (client !== 'pg' && client !== 'postgres' && client !== 'postgresql') {
    throw new UnsupportedDatabaseError(
      `The event store runs on PostgreSQL only, and ${setting} is '${String(
        client,
      )}': set it to 'pg'`,
    );
  }
}
