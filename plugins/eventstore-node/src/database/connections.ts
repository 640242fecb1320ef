// Connections outside knex's pool, to the same database, with the same rights.
import type { Knex } from 'knex';
import { Client, Pool, type ClientConfig } from 'pg';

/** How knex connects; credentials may be fetched anew each time. */
async function settingsOf(knex: Knex): Promise<ClientConfig> {
  const { client } = knex;
  const { connection } = client.config;
  return typeof connection === 'function'
    ? connection()
    : client.connectionSettings;
}

/** What knex and Backstage do to each new connection. */
async function prepare(knex: Knex, client: Client): Promise<void> {
  const { role } = knex.client.config;
  if (typeof role === 'string') {
    await client.query(`SET ROLE ${client.escapeIdentifier(role)}`);
  }
  const searchPath = knex.client.config.searchPath ?? knex.client.searchPath;
  if (searchPath) {
    const schemas = [searchPath]
      .flat()
      .map(name => client.escapeIdentifier(name));
    await client.query(`SET search_path TO ${schemas.join(', ')}`);
  }
}

/** A connection of one's own, e.g. to listen on. End it when done. */
export async function openConnection(knex: Knex): Promise<Client> {
  const client = new Client({
    ...copyOf(await settingsOf(knex)),
    keepAlive: true,
  });
  // One that breaks while nobody waits for an answer must not end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await prepare(knex, client);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return client;
}

/** A pool for a library that does not work with knex. End it when done. */
export async function openPool(knex: Knex, max: number): Promise<Pool> {
  const pool = new Pool({
    ...copyOf(await settingsOf(knex)),
    // A password may be valid for minutes only (AWS RDS, Azure).
    password: async () => passwordOf(await settingsOf(knex)),
    max,
    Client: class extends Client {
      // any: overloads of connect() differ by callback
      override connect(callback?: any): any {
        const connected = super.connect().then(() => prepare(knex, this));
        return callback
          ? connected.then(() => callback(), callback)
          : connected;
      }
    },
  });
  pool.on('error', () => {});
  return pool;
}

/** Knex hides the password from enumeration, and so from a copy. */
function copyOf(settings: ClientConfig): ClientConfig {
  return { ...settings, password: settings.password };
}

async function passwordOf({ password }: ClientConfig): Promise<string> {
  return (typeof password === 'function' ? await password() : password) ?? '';
}
