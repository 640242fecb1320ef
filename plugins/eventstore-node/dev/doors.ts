// The example of the README, to be run from the root of the repository:
//   yarn node --import @backstage/cli/config/nodeTransform.cjs plugins/eventstore-node/dev/doors.ts
// It starts a PostgreSQL of its own and removes it again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@callboard/embedded-postgres';
import {
  defineEvent,
  newAggregateId,
  type InstanceId,
  type Position,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import knexFactory from 'knex';
import { z } from 'zod';
import {
  column,
  defineProjection,
  defineReactor,
  defineTable,
  EventStore,
  PluginSpoolers,
  SpoolerNode,
} from '../src';

const doorBuilt = defineEvent({
  type: 'house.door.built',
  schema: z.object({ colour: z.string() }),
});
const doorOpened = defineEvent({
  type: 'house.door.opened',
  schema: z.object({}),
});

const doors = defineProjection({
  name: 'doors',
  version: 1,
  tables: {
    doors: defineTable({
      columns: {
        id: column.text(),
        colour: column.text(),
        openings: column.integer(),
        opened_at: column.timestamp().nullable(),
      },
      key: ['id'],
      indexes: [{ on: ['colour', 'opened_at'] }],
      history: true,
    }),
  },
  events: [doorBuilt, doorOpened],
  on: {
    'house.door.built': (event, tables) =>
      tables.doors.upsert({
        id: event.aggregateId,
        colour: event.payload.colour,
        openings: 0,
      }),
    'house.door.opened': (event, tables) =>
      tables.doors.patch({ id: event.aggregateId }, row => ({
        openings: row.openings + 1,
        opened_at: event.recordedAt,
      })),
  },
});

let rings = 0;
const id = newAggregateId('house.door');

const bell = defineReactor({
  name: 'bell',
  events: [doorOpened],
  on: { 'house.door.opened': event => ({ door: event.aggregateId }) },
  async run({ data, attempt, idempotencyKey }) {
    rings += 1;
    print(`ding: ${data.door === id}, attempt ${attempt}`);
    if (!idempotencyKey.startsWith('bell/')) {
      throw new Error('every job has a key of its own');
    }
  },
});

const quiet: LoggerService = {
  error: print,
  warn: print,
  info() {},
  debug() {},
  child: () => quiet,
};

async function main(connectionString: string) {
  const knex = knexFactory({ client: 'pg', connection: connectionString });
  const store = await EventStore.start({ knex });
  store.register([doorBuilt, doorOpened]);

  // What Backstage does for a plugin that asks for projectionsServiceRef and
  // reactorsServiceRef.
  const node = new SpoolerNode({ log: store.log, knex, logger: quiet });
  const house = new PluginSpoolers({ plugin: 'house', node, knex });
  const view = await house.addProjection(doors);
  await house.addReactor(bell);
  node.start();
  await house.start();
  await view.ready();

  const append = (
    expected: number,
    event: Parameters<typeof store.log.append>[0]['aggregates'][0]['events'][0],
  ) =>
    store.log.append({
      instance: 'default' as InstanceId,
      actor: { kind: 'user', id: 'ann' },
      context: { plugin: 'house' },
      aggregates: [{ id, expected: expected as Version, events: [event] }],
    });
  const built = await append(0, doorBuilt.of({ colour: 'green' }));
  const opened = await append(1, doorOpened.of({}));

  // Read your writes: whoever has the position of a write sees it.
  const now = await view.open({ after: opened.position });
  const [row] = await knex.select('openings').from(now.table('doors'));
  print(`now: ${row.openings} opening`);

  // The same query for any moment of the past.
  const past = await view.open({ asOf: built.position as Position });
  const [before] = await knex.select('openings').from(past.table('doors'));
  print(`before: ${before.openings} openings`);

  // Everything that has happened to one door.
  const fresh = await view.catchUp(id);
  print(`fresh up to position ${fresh.position}`);

  // Fill the view anew, beside the tables that are read.
  const generation = await house.admin.rebuild('doors');
  let states = await house.admin.states();
  while (!states.some(s => s.generation === generation && s.state === 'live')) {
    await new Promise(resolve => setTimeout(resolve, 10));
    states = await house.admin.states();
  }
  print(`generation ${generation} is read`);

  while (rings === 0) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  await house.stop();
  await node.stop();
  await store.stop();
  await knex.destroy();
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

async function run() {
  const dataDir = await mkdtemp(join(tmpdir(), 'doors-'));
  const server = await EmbeddedPostgres.start({ dataDir });
  try {
    await main(server.connectionString('postgres'));
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

// A given server is used as it is, for tests.
void (process.argv[2] ? main(process.argv[2]) : run());
