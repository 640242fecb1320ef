/** IAM's views on a log and a database of their own. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { EmbeddedPostgres } from '@callboard/embedded-postgres';
import type {
  EventEnvelope,
  Position,
} from '@callboard/plugin-eventstore-common';
import {
  EventStore,
  localMasterKey,
  PluginSpoolers,
  SpoolerNode,
} from '@callboard/plugin-eventstore-node';
import knexFactory, { type Knex } from 'knex';
import { aggregates } from '../../domain/__testUtils__/aggregates';
import type { IamViews } from '../IamViews';
import { addIamViews, IamQueries } from '../IamQueries';

const SERVER_VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

const silent: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

export class TestViews {
  readonly knex: Knex;
  readonly store: EventStore;
  readonly spoolers: PluginSpoolers;
  readonly views: IamViews;
  readonly queries: IamQueries;
  /** What time queries believe it is. */
  now = new Date();
  readonly #end: () => Promise<void>;

  private constructor(options: {
    knex: Knex;
    store: EventStore;
    spoolers: PluginSpoolers;
    views: IamViews;
    end: () => Promise<void>;
  }) {
    this.knex = options.knex;
    this.store = options.store;
    this.spoolers = options.spoolers;
    this.views = { ...options.views, clock: () => this.now };
    this.queries = new IamQueries(this.views);
    this.#end = options.end;
  }

  static async start(): Promise<TestViews> {
    const server = await useServer();
    const name = `iam_${randomBytes(6).toString('hex')}`;
    const admin = connect(server.url);
    await admin.raw('create database ??', [name]);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    const knex = connect(url.toString());
    const secret = randomBytes(32).toString('base64');
    const store = await EventStore.start({
      knex,
      masterKey: localMasterKey([{ id: 'test', secret }]),
      seal: false,
    });
    aggregates.forEach(({ events }) => store.register(events));
    const node = new SpoolerNode({ log: store.log, knex, logger: silent });
    const spoolers = new PluginSpoolers({
      plugin: 'iam',
      node,
      knex,
      onEvents: definitions => store.register(definitions),
    });
    const views = await addIamViews(
      { add: projection => spoolers.addProjection(projection) },
      { knex, log: store.log },
    );
    node.start();
    await spoolers.start();
    const { knex: _knex, log: _log, clock: _clock, ...all } = views;
    for (const view of Object.values(all)) {
      await view.ready({ timeoutMs: 60_000 });
    }
    return new TestViews({
      knex,
      store,
      spoolers,
      views,
      async end() {
        await spoolers.stop();
        await node.stop();
        await store.stop();
        await knex.destroy();
        await admin.raw('drop database ?? with (force)', [name]);
        await admin.destroy();
        await server.stop();
      },
    });
  }

  /** Stores events as they are, in their order. */
  async append(events: readonly EventEnvelope[]): Promise<void> {
    for (let from = 0; from < events.length; ) {
      const first = events[from]!;
      let to = from + 1;
      while (events[to]?.aggregateId === first.aggregateId) {
        to += 1;
      }
      await this.store.log.append({
        instance: first.instance,
        actor: first.actor,
        context: { plugin: 'iam' },
        aggregates: [
          {
            id: first.aggregateId,
            expected: 'any',
            events: events
              .slice(from, to)
              .map(({ id, type, payload }) => ({ id, type, payload })),
          },
        ],
      });
      from = to;
    }
  }

  /** Waits until every view shows everything. */
  async caughtUp(): Promise<Position> {
    const { position } = await this.store.log.head();
    const { knex: _knex, log: _log, clock: _clock, ...views } = this.views;
    for (const view of Object.values(views)) {
      await view.waitFor(position, { timeoutMs: 120_000 });
    }
    return position;
  }

  async stop(): Promise<void> {
    await this.#end();
  }
}

function connect(connection: string): Knex {
  return knexFactory({
    client: 'pg',
    connection,
    pool: { min: 0, max: 10 },
  });
}

async function useServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env[SERVER_VARIABLE];
  if (given) {
    return { url: given, async stop() {} };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'iam-test-'));
  const server = await EmbeddedPostgres.start({ dataDir });
  return {
    url: server.connectionString('postgres'),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
