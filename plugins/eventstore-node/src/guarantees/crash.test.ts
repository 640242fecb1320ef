// G5: an acknowledged event survives SIGKILL of a node and of PostgreSQL.
// G3: what a crash interrupted is there as a whole or not at all.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@callboard/embedded-postgres';
import {
  newAggregateId,
  newEventId,
} from '@callboard/plugin-eventstore-common';
import knexFactory, { type Knex } from 'knex';
import {
  killNodeProcesses,
  startNodeProcess,
} from '../__testUtils__/nodeProcess';
import { door } from '../__testUtils__/doorEvents';
import { requestOf, type KilledAppend } from '../__testUtils__/killedAppend';
import type { KilledWriterTask } from '../__testUtils__/processes/killedWriter';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { EventStore } from '../service/EventStore';

jest.setTimeout(180_000);

const NODE_KILLS = Number(process.env.EVENTSTORE_NODE_KILLS ?? 3);
const SERVER_KILLS = Number(process.env.EVENTSTORE_SERVER_KILLS ?? 2);
const APPENDS_BEFORE_KILL = 400;

/** Everything that must be so whatever crashed. */
async function checkWhole(
  knex: Knex,
  stored: ReadonlyMap<string, number>,
): Promise<void> {
  const { rows: events } = await knex.raw(
    'select aggregate_id, version, position, event_id from events order by position',
  );
  expect(events.map((row: any) => Number(row.position))).toEqual(
    events.map((_: unknown, index: number) => index + 1),
  );
  // Every append is there with both its events and its claim, or not at all.
  const { rows: parts } = await knex.raw(
    `select e.aggregate_id from events e group by 1
        having count(*) <> 2 or min(version) <> 1 or max(version) <> 2
      union select c.owner from claims c
        where not exists (select 1 from events e where e.aggregate_id = c.owner)
      union select e.aggregate_id from events e
        where not exists (select 1 from claims c where c.owner = e.aggregate_id)`,
  );
  expect(parts).toEqual([]);
  // What was acknowledged is where the answer said.
  const positions = new Map<string, number>();
  for (const row of events) {
    positions.set(row.aggregate_id, Number(row.position));
  }
  for (const [id, position] of stored) {
    expect([id, positions.get(id)]).toEqual([id, position]);
  }
}

describe('when a node is killed (G5)', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await startTestStore();
  });

  afterAll(async () => {
    await killNodeProcesses();
    await test?.stop();
  });

  it('nothing acknowledged is lost, nothing is half there, and unknown outcomes are settled by repeating', async () => {
    const stored = new Map<string, number>();
    const unknown: KilledAppend[] = [];
    for (let round = 0; round < NODE_KILLS; round++) {
      const node = startNodeProcess('killedWriter', {
        connectionString: test.database.connectionString,
        writers: 24,
      } satisfies KilledWriterTask);
      await new Promise<void>(resolve => {
        let count = 0;
        node.child.on('message', (message: { kind: string }) => {
          count += message.kind === 'stored' ? 1 : 0;
          // At another point of the batches each time.
          if (count === APPENDS_BEFORE_KILL + round * 7) {
            resolve();
          }
        });
      });
      await node.kill();
      const acknowledged = new Set<string>();
      for (const message of node.messages) {
        if (message.kind === 'stored') {
          stored.set(message.append.id, message.position);
          acknowledged.add(message.append.id);
        }
      }
      unknown.push(
        ...node.messages
          .filter(
            ({ kind, append }) =>
              kind === 'intent' && !acknowledged.has(append.id),
          )
          .map(({ append }) => append),
      );
    }
    await serverIsIdle(test.database.knex);
    await checkWhole(test.database.knex, stored);

    expect(unknown.length).toBeGreaterThan(0);
    for (const append of unknown) {
      const { position, events } = await test.store.log.append(
        requestOf(append),
      );
      expect(events.map(({ id }) => id)).toEqual(append.events);
      stored.set(append.id, position);
    }
    await checkWhole(test.database.knex, stored);
    expect((await test.store.log.head()).position).toBe(2 * stored.size);
  });
});

describe('when PostgreSQL is killed with all its children (G5)', () => {
  let dataDir: string;
  let server: EmbeddedPostgres | undefined;
  let knex: Knex | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'eventstore-crash-'));
  });

  afterAll(async () => {
    await knex?.destroy();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('nothing acknowledged is lost, and appends go on by themselves', async () => {
    server = await EmbeddedPostgres.start({ dataDir });
    const { port } = server.connection;
    knex = knexFactory({
      client: 'pg',
      connection: server.connectionString('postgres'),
      pool: { min: 0, max: 10 },
      log: { warn() {}, error() {} },
    });
    const store = await EventStore.start({
      knex,
      seal: false,
      settings: { unreachableAfterMs: 60_000 },
    });
    store.register(door.events);
    const stored = new Map<string, number>();
    let stop = false;
    async function write() {
      while (!stop) {
        const append: KilledAppend = {
          id: newAggregateId('house.door'),
          events: [newEventId(), newEventId()],
        };
        const { position } = await store.log.append(requestOf(append));
        stored.set(append.id, position);
      }
    }
    const writers = Array.from({ length: 32 }, write);
    const reached = async (count: number) => {
      while (stored.size < count) {
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    for (let kill = 0; kill < SERVER_KILLS; kill++) {
      await reached(stored.size + APPENDS_BEFORE_KILL + kill * 13);
      await server.kill();
      server = await EmbeddedPostgres.start({ dataDir, port });
    }
    await reached(stored.size + APPENDS_BEFORE_KILL);
    stop = true;
    // No append failed: each was repeated until its outcome was known.
    await Promise.all(writers);
    await checkWhole(knex, stored);
    expect((await store.log.head()).position).toBe(2 * stored.size);
    await store.stop();
  });
});

/** What a killed node had sent to the server has run to its end. */
async function serverIsIdle(knex: Knex): Promise<void> {
  for (;;) {
    const { rows } = await knex.raw(
      `select count(*)::int as busy from pg_stat_activity
        where datname = current_database() and state <> 'idle'
          and pid <> pg_backend_pid()`,
    );
    if (rows[0].busy === 0) {
      return;
    }
  }
}
