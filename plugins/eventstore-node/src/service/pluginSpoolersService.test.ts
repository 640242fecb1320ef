import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import knexFactory, { type Knex } from 'knex';
import { door, doorOpened, toDoor } from '../__testUtils__/doorEvents';
import { doors } from '../__testUtils__/doorViews';
import {
  createEmptyDatabase,
  type TestDatabase,
} from '../__testUtils__/testDatabase';
import { defineReactor } from '../reactors/defineReactor';
import { pause } from '../spoolers/pause';
import type { View } from '../spoolers/View';
import {
  eventStoreServiceRef,
  type EventStoreService,
} from './eventStoreServiceRef';
import {
  projectionsServiceRef,
  reactorsServiceRef,
} from './pluginSpoolersServiceRef';
import { readSpoolerConfig } from './readSpoolerConfig';
import {
  rootSpoolersServiceRef,
  type RootSpoolers,
} from './rootSpoolersServiceRef';

jest.setTimeout(60_000);

describe('projections and reactors as services', () => {
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

  interface House {
    events: EventStoreService;
    view: View<(typeof doors)['tables']>;
    knex: Knex;
    root: RootSpoolers;
    rung: string[];
  }

  /** A plugin that declares a view and a reactor, and nothing else. */
  function house(got: (house: House) => void) {
    return createBackendPlugin({
      pluginId: 'my-house',
      register(env) {
        env.registerInit({
          deps: {
            events: eventStoreServiceRef,
            projections: projectionsServiceRef,
            reactors: reactorsServiceRef,
            database: coreServices.database,
            root: rootSpoolersServiceRef,
          },
          async init({ events, projections, reactors, database, root }) {
            events.register(door);
            const rung: string[] = [];
            const view = await projections.add(doors);
            await reactors.add(
              defineReactor({
                name: 'bell',
                events: [doorOpened],
                on: { 'house.door.opened': event => ({ id: event.id }) },
                async run({ data }) {
                  rung.push(data.id);
                },
              }),
            );
            got({ events, view, knex: await database.getClient(), root, rung });
          },
        });
      },
    });
  }

  async function start(options: {
    prefix: string;
    database?: object;
    eventstore?: object;
    metrics?: ReturnType<typeof metricsServiceMock.mock>;
  }) {
    const url = new URL(server.connectionString);
    names.push(`${options.prefix}eventstore`, `${options.prefix}my-house`);
    let found: House | undefined;
    const backend = await startTestBackend({
      features: [
        mockServices.rootConfig.factory({
          data: {
            backend: {
              database: {
                client: 'pg',
                prefix: options.prefix,
                connection: {
                  host: url.hostname,
                  port: Number(url.port),
                  user: decodeURIComponent(url.username),
                  password: decodeURIComponent(url.password),
                },
                ...options.database,
              },
            },
            eventstore: options.eventstore ?? {},
          },
        }),
        databaseServiceFactory,
        ...(options.metrics ? [options.metrics.factory] : []),
        house(given => {
          found = given;
        }),
      ],
    });
    return { backend, ...found! };
  }

  const prefixOf = () => `s${Math.random().toString(36).slice(2, 8)}_`;

  it('keep a view and run jobs from the start of the plugin to its stop', async () => {
    const prefix = prefixOf();
    const metrics = metricsServiceMock.mock();
    const counter = { add: jest.fn() };
    const callbacks = new Map<string, (result: any) => unknown>(); // any: as in OpenTelemetry
    metrics.createCounter.mockReturnValue(counter);
    metrics.createHistogram.mockReturnValue({ record: jest.fn() });
    metrics.createObservableGauge.mockImplementation(
      name =>
        ({
          addCallback: (
            callback: (result: any) => unknown, // any: as above
          ) => callbacks.set(name, callback),
        }) as never,
    );
    const { backend, events, view, knex, root, rung } = await start({
      prefix,
      metrics,
    });
    await view.ready();
    const id = newAggregateId('house.door');
    const { position, events: stored } = await events.log.append(
      toDoor(id, 0, [doorOpened.of({ hand: 'left' })]),
    );
    const { table } = await view.open({ after: position });
    expect(await knex.from(table('doors')).select('id', 'open')).toEqual([
      { id, open: true },
    ]);
    while (rung.length === 0) {
      await pause(5);
    }
    expect(rung).toEqual([stored[0]!.id]);

    // What administrators see.
    expect([...root.plugins.keys()]).toEqual(['my-house']);
    const states = await root.plugins.get('my-house')!.admin.states();
    expect(states).toMatchObject([
      { kind: 'view', name: 'doors', leader: root.node.id, lagEvents: 0 },
      { kind: 'reactor', name: 'bell', leader: root.node.id, lagEvents: 0 },
    ]);
    expect(counter.add).toHaveBeenCalledWith(
      1,
      expect.objectContaining({ kind: 'view', name: 'doors' }),
    );
    const observed: [number, object][] = [];
    for (const name of [
      'eventstore.spooler.lag.events',
      'eventstore.spooler.lag.time',
      'eventstore.spooler.quarantined',
    ]) {
      callbacks.get(name)!({
        observe: (value: number, attributes: object) =>
          observed.push([value, attributes]),
      });
    }
    expect(observed).toHaveLength(6);
    expect(observed.every(([value]) => value === 0)).toBe(true);

    // Without waiting for a lease to end, and without leaving a connection.
    await backend.stop();
    const leases = await withDatabase(`${prefix}my-house`, other =>
      other('eventstore_spoolers').select('node'),
    );
    expect(leases).toEqual([{ node: null }, { node: null }]);
    // The plugin's own pool is Backstage's to close.
    await knex.destroy();
    for (const name of ['eventstore', 'my-house']) {
      expect(await connectionsOf(`${prefix}${name}`)).toBe(0);
    }
  });

  it('share the work between nodes, and give it to those with the role', async () => {
    const prefix = prefixOf();
    const idle = await start({
      prefix,
      eventstore: { roles: { spoolers: false, reactors: false } },
    });
    const busy = await start({ prefix });
    await idle.view.ready();
    const { position } = await idle.events.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );
    await idle.view.open({ after: position });
    while (busy.rung.length === 0) {
      await pause(5);
    }
    expect(idle.rung).toEqual([]);
    const states = await idle.root.plugins.get('my-house')!.admin.states();
    expect(states.map(({ leader }) => leader)).toEqual([
      busy.root.node.id,
      busy.root.node.id,
    ]);
    await idle.backend.stop();
    await busy.backend.stop();
  });

  it('live beside one another when plugins are divided by schemas', async () => {
    const url = new URL(server.connectionString);
    const { backend, events, view, knex } = await start({
      prefix: prefixOf(),
      database: {
        pluginDivisionMode: 'schema',
        connection: {
          host: url.hostname,
          port: Number(url.port),
          user: decodeURIComponent(url.username),
          password: decodeURIComponent(url.password),
          database: url.pathname.slice(1),
        },
      },
    });
    await view.ready();
    const { position } = await events.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );
    const { table } = await view.open({ after: position });
    expect(await knex.from(table('doors'))).toHaveLength(1);
    const schemas = await server
      .knex('pg_namespace')
      .whereLike('nspname', 'my%')
      .orderBy('nspname')
      .pluck('nspname');
    expect(schemas).toEqual(['my-house', 'my_house_doors_v1', 'my_house_jobs']);
    await backend.stop();
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
      await pause(5);
    }
  }
});

describe('readSpoolerConfig', () => {
  it('takes what is given and leaves the rest to the defaults', () => {
    expect(readSpoolerConfig(mockServices.rootConfig({ data: {} }))).toEqual({
      roles: {},
      settings: {},
      jobs: {},
    });
    const config = mockServices.rootConfig({
      data: {
        eventstore: {
          roles: { reactors: false },
          spoolers: { leaseMs: 10_000 },
          reactors: { concurrency: 8 },
        },
      },
    });
    expect(readSpoolerConfig(config)).toEqual({
      roles: { reactors: false },
      settings: { leaseMs: 10_000 },
      jobs: { concurrency: 8 },
    });
  });

  it.each(['spoolers.leaseMs', 'spoolers.batchSize', 'reactors.pollMs'])(
    'refuses a %s out of range',
    key => {
      const [section, name] = key.split('.') as [string, string];
      const config = mockServices.rootConfig({
        data: { eventstore: { [section]: { [name]: -1 } } },
      });
      expect(() => readSpoolerConfig(config)).toThrow(
        expect.objectContaining({ field: `eventstore.${key}` }),
      );
    },
  );
});
