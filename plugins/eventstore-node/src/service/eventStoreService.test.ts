import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import knexFactory, { type Knex } from 'knex';
import { ann, door, home } from '../__testUtils__/doorEvents';
import {
  createEmptyDatabase,
  type TestDatabase,
} from '../__testUtils__/testDatabase';
import {
  eventStoreServiceRef,
  type EventStoreService,
} from './eventStoreServiceRef';
import { readEventStoreConfig } from './readEventStoreConfig';

jest.setTimeout(60_000);

const masterKey = Buffer.alloc(32, 1).toString('base64');

describe('the event store as a service', () => {
  let server: TestDatabase;
  const names: string[] = [];

  beforeAll(async () => {
    server = await createEmptyDatabase();
  });

  afterAll(async () => {
    for (const name of names) {
      await server.knex.raw('drop database if exists ?? with (force)', [name]);
    }
    await server?.destroy();
  });

  /** A plugin that declares an aggregate and nothing else. */
  function pluginOf(id: string, got: (events: EventStoreService) => void) {
    return createBackendPlugin({
      pluginId: id,
      register(env) {
        env.registerInit({
          deps: { events: eventStoreServiceRef },
          async init({ events }) {
            events.register(door);
            got(events);
          },
        });
      },
    });
  }

  function configOf(prefix: string, database: object = {}) {
    const url = new URL(server.connectionString);
    names.push(`${prefix}eventstore`);
    return mockServices.rootConfig.factory({
      data: {
        backend: {
          database: {
            client: 'pg',
            prefix,
            connection: {
              host: url.hostname,
              port: Number(url.port),
              user: decodeURIComponent(url.username),
              password: decodeURIComponent(url.password),
            },
            ...database,
          },
        },
        eventstore: { masterKeys: [{ id: 'first', secret: masterKey }] },
      },
    });
  }

  const prefixOf = () => `t${Math.random().toString(36).slice(2, 8)}_`;

  it('gives plugins one log, in the database of the plugin eventstore', async () => {
    const prefix = prefixOf();
    const got: EventStoreService[] = [];
    const metrics = metricsServiceMock.mock();
    const histogram = { record: jest.fn() };
    const counter = { add: jest.fn() };
    metrics.createHistogram.mockReturnValue(histogram);
    metrics.createCounter.mockReturnValue(counter);
    metrics.createObservableGauge.mockReturnValue({
      addCallback: jest.fn(),
    } as never);
    const backend = await startTestBackend({
      features: [
        configOf(prefix),
        metrics.factory,
        pluginOf('house', events => got.push(events)),
        pluginOf('garden', events => got.push(events)),
      ],
    });
    const [house, garden] = got as [EventStoreService, EventStoreService];
    const answer = await house.commands.execute({
      instance: home,
      actor: ann,
      aggregate: door,
      id: newAggregateId('house.door'),
      command: { kind: 'Sign', name: 'Ann' },
    });
    const { events } = await garden.log.readPage();
    expect(events).toMatchObject([
      {
        position: answer.position,
        payload: { name: 'Ann' },
        context: { plugin: 'house' },
      },
    ]);
    expect(counter.add).toHaveBeenCalledWith(1);
    expect(histogram.record).toHaveBeenCalled();
    const tables = await tablesOf(`${prefix}eventstore`);
    expect(tables).toEqual(expect.arrayContaining(['events', 'claims']));

    // Stopping writes what waits, and closes the database afterwards.
    const late = house.commands.execute({
      instance: home,
      actor: ann,
      aggregate: door,
      id: newAggregateId('house.door'),
      command: { kind: 'Open' },
    });
    await new Promise(resolve => setImmediate(resolve));
    await late;
    await backend.stop();
    await expect(
      garden.commands.execute({
        instance: home,
        actor: ann,
        aggregate: door,
        id: newAggregateId('house.door'),
        command: { kind: 'Open' },
      }),
    ).rejects.toThrow();
    expect(await connectionsOf(`${prefix}eventstore`)).toBe(0);
  });

  it('refuses every client but PostgreSQL, and names the setting', async () => {
    const attempt = (database: object) =>
      startTestBackend({
        features: [
          mockServices.rootConfig.factory({
            data: { backend: { database } },
          }),
          pluginOf('house', () => {}),
        ],
      });
    await expect(
      attempt({ client: 'better-sqlite3', connection: ':memory:' }),
    ).rejects.toThrow(
      "The event store runs on PostgreSQL only, and backend.database.client is 'better-sqlite3': set it to 'pg'",
    );
    await expect(
      attempt({
        client: 'pg',
        connection: {},
        plugin: { eventstore: { client: 'mysql2' } },
      }),
    ).rejects.toThrow(
      "backend.database.plugin.eventstore.client is 'mysql2': set it to 'pg'",
    );
  });

  it('refuses a database whose text is not UTF-8 or which isolates otherwise', async () => {
    const prefix = prefixOf();
    const name = `${prefix}eventstore`;
    await server.knex.raw(
      `create database ?? encoding 'LATIN1' locale 'C' template template0`,
      [name],
    );
    const start = () =>
      startTestBackend({
        features: [configOf(prefix), pluginOf('house', () => {})],
      });
    await expect(start()).rejects.toThrow(
      'needs a database with the encoding UTF8; this one has LATIN1',
    );
    await server.knex.raw('drop database ?? with (force)', [name]);
    await server.knex.raw('create database ??', [name]);
    await server.knex.raw(
      `alter database ?? set default_transaction_isolation = 'serializable'`,
      [name],
    );
    await expect(start()).rejects.toThrow(
      "this database has 'serializable'. Reset it with",
    );
  });

  it('lives in a schema when plugins are divided by schemas', async () => {
    const name = new URL(server.connectionString).pathname.slice(1);
    const got: EventStoreService[] = [];
    const url = new URL(server.connectionString);
    const backend = await startTestBackend({
      features: [
        configOf(prefixOf(), {
          pluginDivisionMode: 'schema',
          connection: {
            host: url.hostname,
            port: Number(url.port),
            user: decodeURIComponent(url.username),
            password: decodeURIComponent(url.password),
            database: name,
          },
        }),
        pluginOf('house', events => got.push(events)),
      ],
    });
    await got[0]!.commands.execute({
      instance: home,
      actor: ann,
      aggregate: door,
      id: newAggregateId('house.door'),
      command: { kind: 'Open' },
    });
    const { rows } = await server.knex.raw(
      'select count(*)::int as events from eventstore.events',
    );
    expect(rows).toEqual([{ events: 1 }]);
    await backend.stop();
  });

  it('is made by several nodes that start at the same time', async () => {
    const prefix = prefixOf();
    const got: EventStoreService[] = [];
    const backends = await Promise.all(
      [1, 2, 3].map(() =>
        startTestBackend({
          features: [
            configOf(prefix),
            pluginOf('house', events => got.push(events)),
          ],
        }),
      ),
    );
    await Promise.all(
      got.map(events =>
        events.commands.execute({
          instance: home,
          actor: ann,
          aggregate: door,
          id: newAggregateId('house.door'),
          command: { kind: 'Open' },
        }),
      ),
    );
    expect((await got[0]!.log.head()).position).toBe(3);
    await Promise.all(backends.map(backend => backend.stop()));
  });

  async function withDatabase<T>(
    name: string,
    work: (knex: Knex) => Promise<T>,
  ): Promise<T> {
    const url = new URL(server.connectionString);
    url.pathname = `/${name}`;
    const knex = knexFactory({ client: 'pg', connection: url.toString() });
    try {
      return await work(knex);
    } finally {
      await knex.destroy();
    }
  }

  function tablesOf(name: string) {
    return withDatabase(name, knex =>
      knex('information_schema.tables').pluck('table_name'),
    );
  }

  /** Waits for the server to notice that a client is gone. */
  async function connectionsOf(name: string): Promise<number> {
    for (;;) {
      const { rows } = await server.knex.raw(
        `select count(*)::int as open, bool_or(state = 'active') as busy
          from pg_stat_activity where datname = ?`,
        [name],
      );
      if (rows[0].open === 0 || rows[0].busy) {
        return rows[0].open;
      }
    }
  }
});

describe('readEventStoreConfig', () => {
  it('takes the master key from the environment when the configuration has none', async () => {
    const config = mockServices.rootConfig({ data: {} });
    expect(readEventStoreConfig(config, {}).masterKey).toBeUndefined();
    const { masterKey: key } = readEventStoreConfig(config, {
      CALLBOARD_MASTER_KEY: masterKey,
    });
    await expect(key!.wrap(Buffer.alloc(32), 'x')).resolves.toMatchObject({
      masterKeyId: 'environment',
    });
    const both = mockServices.rootConfig({
      data: {
        eventstore: { masterKeys: [{ id: 'configured', secret: masterKey }] },
      },
    });
    const { masterKey: configured } = readEventStoreConfig(both, {
      CALLBOARD_MASTER_KEY: masterKey,
    });
    await expect(
      configured!.wrap(Buffer.alloc(32), 'x'),
    ).resolves.toMatchObject({ masterKeyId: 'configured' });
    expect(() =>
      readEventStoreConfig(config, { CALLBOARD_MASTER_KEY: 'short' }),
    ).toThrow('must be 32 bytes in base64');
  });
});
