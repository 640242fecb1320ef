// Our own event store, as a node of its own.
import { EventStore } from '@callboard/plugin-eventstore-node';
import knexFactory from 'knex';
import { load, type Load } from '../../harness/load';
import { serve } from '../../harness/serve';
import {
  newUser,
  newUserId,
  payload,
  toUser,
  userAdded,
  userChanged,
  userEvents,
} from '../userEvents';
import { userView } from '../userView';
import { clock, createSpoolerNode, ViewNode } from './ViewNode';

/** Events of one append when a log is filled. */
const AT_ONCE = 1_000;

const open = (connection: string) =>
  knexFactory({ client: 'pg', connection, pool: { min: 0, max: 10 } });

serve(async ({ connection }: { connection: string }) => {
  const knex = open(connection);
  const store = await EventStore.start({ knex, seal: false });
  store.register(userEvents);
  const { log } = store;
  const node = createSpoolerNode({ log, knex });
  const viewNodes: ViewNode[] = [];
  const pools = [knex];

  async function startViews(options: {
    names: readonly string[];
    history?: boolean;
    /** Where the views are; where the log is when left out. */
    connection?: string;
  }): Promise<ViewNode> {
    const own = options.connection ? open(options.connection) : knex;
    if (own !== knex) {
      pools.push(own);
    }
    const started = await ViewNode.start(
      { node, knex: own, plugin: 'bench' },
      ...options.names.map(name => userView(name, options.history)),
    );
    viewNodes.push(started);
    return started;
  }

  return {
    append: (argument: Load) =>
      load(argument, count => log.append(newUser(count))),

    async readAll({ batchSize }: { batchSize: number }) {
      const startedAt = performance.now();
      let events = 0;
      for await (const batch of log.readAll({ batchSize })) {
        events += batch.events.length;
      }
      return (events * 1000) / (performance.now() - startedAt);
    },

    /** Fills the log: each user is added, and then changed in turns. */
    async fill({ events, users }: { events: number; users: number }) {
      const ids = Array.from({ length: users }, newUserId);
      for (let count = 0; count < events; count += AT_ONCE) {
        const parts = Array.from({ length: AT_ONCE }, (_, i) => count + i);
        await log.append({
          ...newUser(0),
          aggregates: parts.map(each => {
            const event = each < users ? userAdded : userChanged;
            return toUser(ids[each % users]!, 'any', [event.of(payload(each))])
              .aggregates[0]!;
          }),
        });
      }
    },

    /**
     * Builds a view from the beginning of the log, and drops out of its lead.
     *
     * @returns milliseconds, and the most memory this process has ever had
     */
    async build(options: { name: string; history: boolean }) {
      const startedAt = performance.now();
      const started = await ViewNode.start(
        { node, knex, plugin: 'bench' },
        userView(options.name, options.history),
      );
      const milliseconds = performance.now() - startedAt;
      await started.stop();
      return {
        milliseconds,
        peakMiB: process.resourceUsage().maxRSS / 1024,
      };
    },

    async startViews(options: Parameters<typeof startViews>[0]) {
      await startViews(options);
    },

    /** Stores one event; answers when it was told that it is stored. */
    async appendOne() {
      const { position } = await log.append(newUser(0));
      return { position, storedAt: clock() };
    },

    shownAt: ({ position }: { position: number }) =>
      viewNodes[0]!.shownAt(position as Parameters<ViewNode['shownAt']>[0]),

    /** Milliseconds of reads that have to be fresh, and of ones that have not. */
    async getById({ reads, view: name }: { reads: number; view: string }) {
      const view = viewNodes[0]!.view(name);
      const id = newUserId();
      await log.append(toUser(id, 0, [userAdded.of(payload(0))]));
      const read = async (fresh: boolean) => {
        const startedAt = performance.now();
        const { table } = await view.open(fresh ? { fresh: id } : {});
        const rows = await knex
          .select('*')
          .from(table('users', 'u'))
          .where({ 'u.id': id });
        return {
          milliseconds: performance.now() - startedAt,
          changes: view.toRow('users', rows[0] ?? {}).changes as number,
        };
      };
      const fresh: number[] = [];
      const plain: number[] = [];
      for (let version = 1; version <= reads; version++) {
        await log.append(
          toUser(id, version, [userChanged.of(payload(version))]),
        );
        const found = await read(true);
        if (found.changes !== version) {
          throw new Error(`Read ${found.changes} changes after ${version}`);
        }
        fresh.push(found.milliseconds);
        plain.push((await read(false)).milliseconds);
      }
      return { fresh, plain };
    },

    async cpuSeconds() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },

    async close() {
      await Promise.all(viewNodes.map(started => started.stop()));
      await node.stop();
      await store.stop();
      await Promise.all(pools.map(pool => pool.destroy()));
    },
  };
});
