// Spoolers on the database of a test store, as one node or as several.
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { EventLog } from '../log/EventLog';
import type { Projection, Tables } from '../projections/defineProjection';
import type { JobSettings } from '../reactors/JobRunner';
import { PluginSpoolers } from '../service/PluginSpoolers';
import type { SpoolerSettings } from '../spoolers/settings';
import { SpoolerNode, type SpoolerRoles } from '../spoolers/SpoolerNode';
import type { View } from '../spoolers/View';

export interface TestNode {
  readonly node: SpoolerNode;
  readonly spoolers: PluginSpoolers;
  /** Stops as on SIGTERM. */
  stop(): Promise<void>;
}

export interface TestNodeOptions {
  knex: Knex;
  log: EventLog;
  settings?: Partial<SpoolerSettings>;
  roles?: Partial<SpoolerRoles>;
  listens?: boolean;
  logger?: LoggerService;
  jobs?: Partial<JobSettings>;
}

const silent: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

/** A node that has not started; views can be added to it. */
export function createTestNode(options: TestNodeOptions): TestNode {
  const node = new SpoolerNode({
    ...options,
    logger: options.logger ?? silent,
  });
  const spoolers = new PluginSpoolers({
    plugin: 'house',
    node,
    knex: options.knex,
    jobs: { pollMs: 100, ...options.jobs },
  });
  return {
    node,
    spoolers,
    async stop() {
      await spoolers.stop();
      await node.stop();
    },
  };
}

/** A node that runs and has views. */
export async function startTestNode(
  options: TestNodeOptions,
  ...projections: readonly Projection[]
): Promise<TestNode> {
  const test = createTestNode(options);
  for (const projection of projections) {
    await test.spoolers.addProjection(projection);
  }
  test.node.start();
  await test.spoolers.start();
  return test;
}

/** The rows of a table of a view, in order of its key, as a handler sees them. */
export async function rowsOf<
  TTables extends Tables,
  TName extends keyof TTables & string,
>(knex: Knex, view: View<TTables>, name: TName, asOf?: number) {
  const { table } = view.at(asOf as Parameters<typeof view.at>[0]);
  const found = await knex.select('*').from(table(name));
  return found
    .map(row => view.toRow(name, row))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
